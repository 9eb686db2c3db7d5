import { openVCards, readCard, type ParsedCard } from '../../../../../sipgate/contacts/formats/vcard/read';
import type { SkippedLine } from '../../../../../sipgate/contacts/contact';

/** Reads a whole file, as an import does card by card. */
export async function parseVCards(input: unknown): Promise<{ cards: ParsedCard[]; skipped: SkippedLine[] }> {
  const { cards: raw, skipped } = await openVCards(input);
  const cards: ParsedCard[] = [];
  for (const found of raw) {
    const card = readCard(found);
    if (typeof card === 'string') skipped.push({ line: found.line, reason: card });
    else cards.push(card);
  }
  return { cards, skipped: skipped.sort((a, b) => a.line - b.line) };
}

import { openVCards, readCard, type ParsedCard } from '../../../../../sipgate/contacts/formats/vcard/read';
import type { SkippedLine } from '../../../../../sipgate/contacts/contact';
import { createRemarks } from '../../../../../sipgate/contacts/remarks';

/** A whole file, read as an import does it, card by card. */
export interface ReadFile {
  cards: ParsedCard[];
  skipped: SkippedLine[];
  /** What is said of the rest. */
  remarks: string[];
}

export async function parseVCards(input: unknown): Promise<ReadFile> {
  const { cards: raw, skipped, isText } = await openVCards(input);
  const remarks = createRemarks();
  const cards: ParsedCard[] = [];
  for (const found of raw) {
    const card = readCard(found, { isText, remarks });
    if (typeof card === 'string') skipped.push({ line: found.line, reason: card });
    else cards.push(card);
  }
  return { cards, skipped: skipped.sort((a, b) => a.line - b.line), remarks: remarks.sentences() };
}

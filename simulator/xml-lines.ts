/** Deeper than any answer to sipgate; keeps the spaces before hostile XML from outgrowing it. */
const MOST_LEVELS = 20;

/**
 * XML for eyes: one element per line, indented. What is not XML comes out as it is, in one line. Takes time in
 * proportion to the length, whatever comes.
 */
export function xmlLines(xml: string): string[] {
  const lines: string[] = [];
  let level = 0;
  let isBehindOpening = false;
  for (const part of splitBetweenTags(withoutDeclaration(xml).trim())) {
    const isClosing = part.startsWith('</');
    if (isClosing) level -= 1;
    if (isClosing && isBehindOpening) lines.push(`${lines.pop() ?? ''}${part}`);
    else lines.push(`${'  '.repeat(Math.min(Math.max(level, 0), MOST_LEVELS))}${part}`);
    isBehindOpening = isOpening(part);
    if (isBehindOpening) level += 1;
  }
  return lines;
}

function withoutDeclaration(xml: string): string {
  const end = xml.startsWith('<?xml') ? xml.indexOf('?>') : -1;
  return end < 0 ? xml : xml.slice(end + 2);
}

/** Cuts where only white space stands between `>` and `<`. */
function splitBetweenTags(xml: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let end = xml.indexOf('>'); end >= 0; end = xml.indexOf('>', end + 1)) {
    const next = skipSpace(xml, end + 1);
    if (xml[next] !== '<') continue;
    parts.push(xml.slice(from, end + 1));
    from = next;
  }
  if (from < xml.length) parts.push(xml.slice(from));
  return parts;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** An element that is neither empty nor closed in the same line. */
function isOpening(part: string): boolean {
  if (!part.startsWith('<') || '/!?'.includes(part.charAt(1))) return false;
  const closesItself = part.endsWith('/>');
  const isClosed = part.endsWith('>') && part.lastIndexOf('<') === part.lastIndexOf('</');
  return !closesItself && !isClosed;
}

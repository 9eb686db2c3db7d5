/** Cuts a file into lines, piece by piece. LF, CR LF, CR, and the CR CR LF of some exports are one line break each. */
export interface LineReader {
  /** @returns the lines that are whole now */
  take(piece: string): string[];
  /** @returns what stood behind the last line break */
  end(): string[];
  /** Characters of the line that is not whole yet. */
  pending(): number;
  /** Forgets the current line, whatever of it is still to come; an empty one takes its place. */
  discard(): void;
}

const CR = 13;

/** @returns a reader at the beginning of a file */
export function createLineReader(): LineReader {
  let rest = '';
  let discarding = false;
  /** CRs at the end of the last piece: one line break if LF follows, otherwise one each. */
  let openCrs = 0;

  const endLine = (lines: string[], text: string): void => {
    lines.push(discarding ? '' : rest + text);
    rest = '';
    discarding = false;
  };
  /** Ends the lines that the CRs before `text` end, now that it is known whether LF follows. */
  const endOpenCrs = (lines: string[], text: string): string => {
    const crs = leadingCrs(text);
    openCrs += crs;
    const behind = text.slice(crs);
    if (behind === '') return '';
    const isOneBreak = behind.startsWith('\n');
    for (let ended = 0; ended < (isOneBreak ? 1 : openCrs); ended += 1) endLine(lines, '');
    openCrs = 0;
    return isOneBreak ? behind.slice(1) : behind;
  };

  return {
    take(piece) {
      const lines: string[] = [];
      const text = openCrs > 0 ? endOpenCrs(lines, piece) : piece;
      const ended = text.split('\n');
      const last = ended.pop()!;
      for (const each of ended) {
        for (const line of splitAtCr(withoutCrs(each))) endLine(lines, line);
      }
      const body = withoutCrs(last);
      openCrs += last.length - body.length;
      const parts = splitAtCr(body);
      const open = parts.pop()!;
      parts.forEach((line) => endLine(lines, line));
      if (!discarding) rest += open;
      return lines;
    },
    end: () => (rest === '' ? [] : [rest]),
    pending: () => rest.length,
    discard() {
      rest = '';
      discarding = true;
    },
  };
}

function leadingCrs(text: string): number {
  let count = 0;
  while (text.charCodeAt(count) === CR) count += 1;
  return count;
}

function withoutCrs(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === CR) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

function splitAtCr(text: string): string[] {
  return text.includes('\r') ? text.split('\r') : [text];
}

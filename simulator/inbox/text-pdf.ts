const LINE_CHARACTERS = 80;
const MOST_LINES = 50;

/** @returns a PDF of one page with a text; characters beyond Latin-1 become `?`, what does not fit on the page is left out */
export function textPdf(text: string): Buffer {
  const drawing = `BT /F1 12 Tf 14 TL 50 780 Td\n${linesOf(text)
    .map((line) => `(${escapeText(line)}) '`)
    .join('\n')}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
}

function linesOf(text: string): string[] {
  const lines = text
    .slice(0, LINE_CHARACTERS * MOST_LINES)
    .split(/\r?\n/)
    .flatMap((line) => line.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'gu')) ?? ['']);
  return lines.slice(0, MOST_LINES);
}

function escapeText(line: string): string {
  return line.replace(/[^\u0020-\u007E\u00A0-\u00FF]/gu, '?').replace(/[\\()]/g, '\\$&');
}

import fc from 'fast-check';
import should from 'should';
import { modelRuns } from '../../../helpers/model-runs';
import { importInto } from '../../collecting-client';

/**
 * Address books as bad as they come: people with unmistakable names and numbers, written in any of the ways that
 * programs have, with any of the disturbances that were ever reported, together.
 */

const NUMBERS = ['plain', 'spaced', 'national', 'short', 'pause', 'bad'] as const;
const AGENTS = ['none', 'none', 'nested', 'nested behind AGENT', 'folded', 'one line'] as const;
const FATES = ['person', 'person', 'person', 'person', 'group', 'half'] as const;
const ENCODINGS = ['plain', 'plain', 'quoted', 'base64', 'latin1', 'shift_jis'] as const;
const FOLDS = ['none', 'anywhere', 'over empty lines', 'twice'] as const;
/** Each means work and voice. */
const TYPES = [
  'TYPE=WORK,VOICE',
  'TYPE="work,voice"',
  'TYPE=WORK;TYPE=VOICE',
  'WORK;VOICE',
  'TYPE=WORK\\,VOICE',
  'TYPE=WORK,TYPE=VOICE',
  'type=work voice',
];

const person = fc.record({
  fate: fc.constantFrom(...FATES),
  version: fc.constantFrom('2.1', '3.0', '4.0'),
  encoding: fc.constantFrom(...ENCODINGS),
  fold: fc.constantFrom(...FOLDS),
  foldAt: fc.integer({ min: 1, max: 40 }),
  numbers: fc.array(fc.record({ kind: fc.constantFrom(...NUMBERS), types: fc.constantFrom(...TYPES) }), {
    maxLength: 3,
  }),
  hasEmail: fc.boolean(),
  hasAddress: fc.boolean(),
  hasNote: fc.boolean(),
  hasNickname: fc.boolean(),
  hasPicture: fc.boolean(),
  hasStrayLine: fc.boolean(),
  isCut: fc.boolean(),
  agent: fc.constantFrom(...AGENTS),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

const file = fc.record({
  people: fc.array(person, { minLength: 1, maxLength: 6 }),
  lineBreak: fc.constantFrom('\n', '\r\n', '\r\r\n', '\r'),
  between: fc.constantFrom('\n', '', ' ', '\uFEFF', '\n\n'),
  form: fc.constantFrom('bytes', 'bytes', 'text', 'marked', 'utf16le', 'utf16be'),
  indent: fc.constantFrom('', '', '  ', '\t'),
});

/** Who a card is about, told apart by the index. */
function named(index: number, { encoding, isCut }: Person): { given: string; family: string; name: string } {
  if (encoding === 'shift_jis')
    return { given: `一${index}`, family: `ソ${index}`, name: `一${index} ソ${index}` };
  const cut = isCut && encoding === 'quoted' ? '\uFFFD' : '';
  return { given: `Jörg${index}`, family: `Größe${index}`, name: `Jörg${index} Größe${index}${cut}` };
}

function numberOf(
  kind: (typeof NUMBERS)[number],
  index: number,
): { text: string; sent?: string; said?: string } {
  const digits = `15799${String(100_000 + index)}`;
  switch (kind) {
    case 'plain':
      return { text: `+49${digits}`, sent: `+49${digits}` };
    case 'spaced':
      return { text: `+49 ${digits.slice(0, 4)} / ${digits.slice(4)}`, sent: `+49${digits}` };
    case 'national':
      return { text: `0${digits}`, sent: `+49${digits}` };
    case 'short':
      return { text: `${1000 + index}`, sent: `${1000 + index}` };
    case 'pause':
      return { text: `+49${digits}p${index}`, sent: `+49${digits}`, said: `p${index}` };
    case 'bad':
      return { text: `ask ${index}`, said: `ask ${index}` };
  }
}

/** A property as the card's program writes it, as lines. */
function property(name: string, value: string, person: Person): string[] {
  const { encoding, version, fold, foldAt } = person;
  if (encoding === 'quoted') {
    const quoted = [...Buffer.from(value, 'utf8')]
      .map((byte) => (byte === 0x3b ? ';' : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`))
      .join('')
      .replaceAll('=EF=BF=BD', '=C3');
    return softBroken(`${name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:`, quoted, person);
  }
  if (encoding === 'base64') {
    const text = `${name};CHARSET=UTF-8;ENCODING=BASE64:${Buffer.from(value, 'utf8').toString('base64')}`;
    return folded(text, { fold, foldAt, isFree: true });
  }
  const charset =
    encoding === 'latin1' ? ';CHARSET=ISO-8859-1' : encoding === 'shift_jis' ? ';CHARSET=SHIFT_JIS' : '';
  return folded(`${name}${charset}:${value}`, { fold, foldAt, isFree: version !== '2.1' });
}

/** Soft line breaks between two characters or inside of one, and a fold behind each where the card folds twice. */
function softBroken(head: string, quoted: string, { fold, foldAt, version }: Person): string[] {
  const width = 3 * Math.ceil(foldAt / 3);
  if (fold === 'none' || quoted.length <= width) return [head + quoted];
  const isTwice = fold === 'twice' && (version !== '2.1' || quoted.includes('=20'));
  const lines = quoted.match(new RegExp(`.{1,${width}}`, 'g'))!;
  return [head + lines[0]!, ...lines.slice(1).map((line) => (isTwice ? ` ${line}` : line))].map(
    (line, index) => (index < lines.length - 1 ? `${line}=` : line),
  );
}

/** Old cards fold at a blank that stays, others anywhere in the value. */
function folded(
  text: string,
  { fold, foldAt, isFree }: { fold: Person['fold']; foldAt: number; isFree: boolean },
): string[] {
  const start = text.indexOf(':') + 1;
  const at = isFree ? start + foldAt : text.indexOf(' ', start);
  const characters = [...text];
  if (fold === 'none' || at < 0 || at >= characters.length) return [text];
  const [first, rest] = [characters.slice(0, at).join(''), characters.slice(at).join('')];
  const gap = fold === 'over empty lines' ? [''] : [];
  return [first, ...gap, isFree ? ` ${rest}` : rest];
}

function agentLines(person: Person, index: number): string[] {
  const card = [`FN:Agent${index}`, `TEL:+4915798${100_000 + index}`];
  switch (person.agent) {
    case 'none':
      return [];
    case 'nested':
      return ['AGENT:', 'BEGIN:VCARD', ...card, 'END:VCARD'];
    case 'nested behind AGENT':
      return ['AGENT:BEGIN:VCARD', ...card, 'END:VCARD'];
    case 'folded':
      return ['AGENT:BEGIN:VCARD', ...card.map((line) => ` ${line}`), ' END:VCARD'];
    case 'one line':
      return [`AGENT:BEGIN:VCARD\\n${card.join('\\n')}\\nEND:VCARD\\n`];
  }
}

function linesOf(person: Person, index: number, indent: string): string[] {
  const { given, family, name } = named(index, person);
  const numbers = person.fate === 'group' ? [] : person.numbers;
  return [
    'BEGIN:VCARD',
    `VERSION:${person.version}`,
    ...(person.fate === 'group' ? ['X-ADDRESSBOOKSERVER-KIND:group'] : []),
    ...property('FN', name, person),
    ...property('N', `${family};${given};;;`, person),
    ...numbers.map(({ kind, types }, nth) => `TEL;${types}:${numberOf(kind, index * 10 + nth).text}`),
    ...(person.hasEmail ? [`EMAIL:mail${index}@example.com`] : []),
    ...agentLines(person, index),
    ...(person.hasAddress ? property('ADR', `;;Straße ${index};Ort ${index};;;`, person) : []),
    ...(person.hasAddress && person.hasStrayLine ? [`stray ${index}, and more`] : []),
    ...(person.hasNote ? [`NOTE:note ${index}`] : []),
    ...(person.hasNickname ? [`NICKNAME:Nick${index}`] : []),
    ...(person.hasPicture ? ['PHOTO;ENCODING=b:AAAA', ' BBBB', ''] : []),
    ...(person.fate === 'half' ? [] : ['END:VCARD']),
  ].map((line) => (line === '' ? line : indent + line));
}

/** The whole file in the form that is asked for, each card in its own encoding where the file is bytes. */
function write({
  people,
  lineBreak,
  between,
  form,
  indent,
}: typeof file extends fc.Arbitrary<infer T> ? T : never) {
  const cards = people.map((person, index) => {
    const text = linesOf(person, index, indent).join(lineBreak);
    // what is glued to it has to stand in its first line
    const separator = person.fate === 'half' || indent !== '' ? '\n' : between;
    return { person, text: text + separator.replaceAll('\n', lineBreak) };
  });
  const text = cards.map((card) => card.text).join('');
  if (form === 'text') return text;
  if (form === 'utf16le') return Buffer.from(text, 'utf16le');
  if (form === 'utf16be') return Buffer.from(text, 'utf16le').swap16();
  const bytes = cards.map(({ person: { encoding }, text }) => {
    if (encoding === 'latin1') return Buffer.concat([Buffer.from(text.replace(/\uFEFF$/, ''), 'latin1')]);
    return encoding === 'shift_jis' ? shiftJis(text) : Buffer.from(text, 'utf8');
  });
  return Buffer.concat(form === 'marked' ? [Buffer.from('\uFEFF'), ...bytes] : bytes);
}

/** The two characters of the test, one of which ends in a byte that looks like a backslash. */
function shiftJis(text: string): Buffer {
  const bytes = text.replaceAll('ソ', '\x83\x5C').replaceAll('一', '\x88\xEA').replaceAll('Straße', 'Street');
  return Buffer.from(bytes.replaceAll('\uFEFF', '\xEF\xBB\xBF'), 'latin1');
}

/** What must reach sipgate of somebody. */
function expected(person: Person, index: number) {
  return {
    name: named(index, person).name,
    numbers: person.numbers.flatMap(({ kind }, nth) => {
      const { sent } = numberOf(kind, index * 10 + nth);
      return sent === undefined ? [] : [{ number: sent, type: ['work', 'voice'] }];
    }),
    emails: person.hasEmail ? [`mail${index}@example.com`] : [],
    picture: person.hasPicture ? 'AAAABBBB' : null,
  };
}

/** What must stand in a warning. */
function said(person: Person, index: number): string[] {
  return [
    ...person.numbers.flatMap(({ kind }, nth) => numberOf(kind, index * 10 + nth).said ?? []),
    ...(person.hasNote ? ['NOTE ('] : []),
    ...(person.hasNickname ? [`Nick${index}`] : []),
    ...(person.hasAddress && person.hasStrayLine ? [`"stray ${index}, and more" in line`] : []),
    ...(person.isCut && person.encoding === 'quoted' ? ['cannot be read'] : []),
    ...(person.agent === 'folded' || person.agent === 'one line' ? ['AGENT ('] : []),
  ];
}

describe('Cards with everything that was ever reported', () => {
  it('lose nothing without a word', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (book) => {
        const { sent, skipped, imported, warnings } = await importInto('vcard', write(book));
        const people = book.people.map((person, index) => ({ person, index }));
        const whole = people.filter(({ person }) => person.fate === 'person');
        imported.should.equal(whole.length);
        skipped.should.have.length(people.length - whole.length);
        const all = warnings.join('\n');
        for (const { person, index } of whole) {
          const { name, numbers, emails, picture } = expected(person, index);
          const found = sent.find((contact) => contact.name === name);
          should(found?.numbers).deepEqual(numbers, name);
          found!.emails.map(({ email }) => email).should.deepEqual(emails);
          should(found!.picture).equal(picture);
          found!.addresses.should.have.length(person.hasAddress ? 1 : 0);
          for (const text of said(person, index)) all.should.containEql(text);
        }
        JSON.stringify(sent).should.not.containEql('Agent');
      }),
      { numRuns: modelRuns },
    );
  }).timeout(600_000);
});

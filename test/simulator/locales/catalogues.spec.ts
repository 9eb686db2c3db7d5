import should from 'should';
import de from '../../../simulator/locales/de.json';
import en from '../../../simulator/locales/en.json';
import { sentenceIn, type Template } from '../../../simulator/locales/sentence';
import { NETWORK_CODES } from '../../../simulator/network/transcript';

type Section = Readonly<Record<string, Template>>;
const SECTIONS = [
  'network',
  'outcome',
  'conversation',
  'complaint',
  'sound',
  'test',
  'invalidTest',
  'switches',
  'page',
  'account',
] as const;

const textsOf = (template: Template): string[] =>
  typeof template === 'string' ? [template] : Object.values({ ...template, select: '' });
const placeholders = (template: Template): string[] =>
  [...new Set(textsOf(template).flatMap((text) => text.match(/\{[^}]*\}/g) ?? []))].sort();

describe('the simulator’s texts', () => {
  it('have a German sentence for everything that the network says', () => {
    Object.keys(de.network)
      .sort()
      .should.eql([...NETWORK_CODES].sort());
  });

  for (const section of SECTIONS)
    it(`are the same in both languages, with the same values to fill in: ${section}`, () => {
      const [english, german]: Section[] = [en[section], de[section]];
      Object.keys(german ?? {}).should.eql(Object.keys(english ?? {}));
      for (const [name, template] of Object.entries(english ?? {})) {
        should(placeholders(german?.[name] ?? '')).eql(placeholders(template), name);
      }
    });

  it('write seconds, numbers of digits and outcomes as the language does', () => {
    const waits = { ms: 2500, most: 1 };
    sentenceIn(en, 'waits', waits).should.equal('waits 2.5 s for a digit');
    sentenceIn(de, 'waits', { ...waits, most: 4 }).should.equal('Wartet 2,5 s auf höchstens 4 Ziffern');
    sentenceIn(de, 'ended', { ms: 1000, kind: 'answered', by: 'Ann' }).should.equal(
      'Der Anruf ist nach 1,0 s vorbei: angenommen von Ann',
    );
    sentenceIn(en, 'ended', { ms: 40, kind: 'rejected', reason: 'busy' }).should.equal(
      'the call is over after 0.0 s: rejected as busy',
    );
  });

  it('fill in values as they are, and show a code that they do not know', () => {
    sentenceIn(en, 'answered', { by: '{by} $& {to}' }).should.equal('{by} $& {to} answers');
    should(sentenceIn(en, 'toString', {})).equal('toString');
  });
});

import { ADDRESS_PARTS, type ContactAddress } from '../../contact';
import { placeOf, type Remarks } from '../../remarks';
import { BASE64 } from './base64';
import type { Property } from './property';

/** @returns the value of a property that has no parts */
export function textOf({ parts }: Property): string {
  return parts.length === 1 ? parts[0]! : parts.join(';');
}

/** Apple names a property by another one of the same group: `item1.TEL` and `item1.X-ABLabel:_$!<Mobile>!$_`. */
export function labelsOf(found: readonly Property[]): Map<string, string> {
  const labels = found.map((label): [string, string] => [
    label.group,
    textOf(label)
      .replace(/^_\$!<(.*)>!\$_$/s, '$1')
      .trim()
      .toLowerCase(),
  ]);
  return new Map(labels.filter(([group, label]) => group !== '' && label !== ''));
}

/** @returns the types of a number or an e-mail address, its label among them */
export function typesOf({ group, types }: Property, labels: ReadonlyMap<string, string>): string[] {
  const label = group === '' ? undefined : labels.get(group);
  if (label === undefined) return [...types];
  // Apple's own labels for fax are two types in one word
  const labelled = /^(?:home|work|other)fax$/.test(label) ? [label.slice(0, -3), 'fax'] : [label];
  return [...new Set([...types, ...labelled])];
}

/** `tel:+49-211-63553355;ext=12` without its scheme; of its parameters only the extension is a part of the number. */
export function numberOf(text: string): string {
  const plain = text.trim();
  if (!/^tel:/i.test(plain)) return plain;
  const [number = '', ...parameters] = plain.slice('tel:'.length).split(';');
  const extension = parameters.find((parameter) => /^ext=/i.test(parameter));
  return unescapeUri(number) + (extension === undefined ? '' : `;${extension.toLowerCase()}`);
}

function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns the parts of an address, in the order of RFC 6350, 6.3.1 */
export function addressOf({ parts, line }: Property, remarks: Remarks): ContactAddress {
  const address = {} as ContactAddress;
  ADDRESS_PARTS.forEach((part, index) => (address[part] = parts[index] ?? ''));
  const more = parts.slice(ADDRESS_PARTS.length).join(';');
  if (more.replaceAll(';', '').trim() !== '') remarks.add('extra', placeOf(more, line));
  return address;
}

/** @returns whether any part of it is there */
export function isAddress(address: Readonly<ContactAddress>): boolean {
  return ADDRESS_PARTS.some((part) => address[part].trim() !== '');
}

/** A picture that the card holds; one that it only links to is left out: nobody wants a download in an import. */
export function pictureOf(found: Property): string | null {
  const text = textOf(found).replace(/\s+/g, '');
  const embedded = /^data:[^,]*;base64,(.*)$/is.exec(text)?.[1] ?? text;
  return BASE64.test(embedded) ? embedded : null;
}

/** Organization and its units; `ORG:Example;` names no unit. */
export function unitsOf(found: Property): string[] {
  const units = found.parts;
  return units.slice(0, units.findLastIndex((unit) => unit.trim() !== '') + 1);
}

import { encodeFields, fieldsWithFault, type EventFault, type EventFields } from './event';
import { signatureOf, type KeyPair } from './signing';

/** An event ready to be posted. */
export interface SignedEvent {
  readonly body: Buffer;
  /** Undefined: without the header; two: the header twice. */
  readonly signature: string | readonly string[] | undefined;
}

/** @returns body and signature of an event, with the fault that was asked for */
export async function signEvent(
  fields: EventFields,
  keys: KeyPair,
  fault: EventFault | undefined,
): Promise<SignedEvent> {
  const encoded = encodeFields(fieldsWithFault(fields, fault));
  const body = Buffer.from(
    fault?.kind === 'rawBrackets' ? encoded.replaceAll('%5B', '[').replaceAll('%5D', ']') : encoded,
  );
  const signature = await signatureOf(body, keys);
  switch (fault?.kind) {
    case 'wrongSignature':
      return { body, signature: await signatureOf(otherBytes(body), keys) };
    case 'noSignature':
      return { body, signature: undefined };
    case 'twoSignatures':
      return { body, signature: [signature, signature] };
    case 'truncatedBody':
      return { body: body.subarray(0, fault.bytes ?? Math.floor(body.length / 2)), signature };
    default:
      return { body, signature };
  }
}

/** How `sendEvent` signs: as it should, with a signature of something else, not at all, or with this text. */
export type Signing = 'good' | 'wrong' | 'none' | { readonly signature: string };

/** @returns the signature of a ready body; undefined for none */
export async function signBody(body: Buffer, signing: Signing, keys: KeyPair): Promise<string | undefined> {
  if (typeof signing === 'object') return signing.signature;
  if (signing === 'none') return undefined;
  return await signatureOf(signing === 'good' ? body : otherBytes(body), keys);
}

function otherBytes(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.from('\n')]);
}

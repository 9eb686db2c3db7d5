/** How an SMS is billed: in segments of 160 (GSM-7) or 70 (UCS-2) units, or of 153 and 67 when there are several. */
export interface SegmentCount {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets of GSM-7, of which `€` and the like take two; 16-bit units of UCS-2, of which an emoji takes two. */
  readonly units: number;
  readonly segments: number;
}

// 3GPP TS 23.038, default alphabet and its extension table (which costs an escape).
const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_EXTENDED = new Set('\f^{}\\[~]|€');

/** What fits into the only segment, and into each of several, which begin with 6 bytes about their order. */
const GSM_UNITS = { alone: 160, joined: 153 };
const UCS2_UNITS = { alone: 70, joined: 67 };

/**
 * Counts what a text takes as SMS. No pair (escape, surrogate) is split between two segments.
 * Pure, for the editor counts with it while somebody types. An empty text has no segment.
 */
export function countSegments(text: string): SegmentCount {
  const characters = [...text];
  const isGsm = characters.every((character) => GSM_BASIC.has(character) || GSM_EXTENDED.has(character));
  const sizes = characters.map((character) =>
    isGsm ? (GSM_EXTENDED.has(character) ? 2 : 1) : character.length,
  );
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, joined } = isGsm ? GSM_UNITS : UCS2_UNITS;
  const segments = units <= alone ? Math.min(units, 1) : filled(sizes, joined);
  return { encoding: isGsm ? 'GSM-7' : 'UCS-2', units, segments };
}

function filled(sizes: readonly number[], capacity: number): number {
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacity) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return segments;
}

// @ts-check
/*
 * What an SMS takes, for the dialog while somebody types. The runtime counts for itself (sipgate/sms.ts): nothing that
 * runs in the browser can import it. A test holds both against each other.
 */
(function () {
  // 3GPP TS 23.038, default alphabet and its extension table (which costs an escape).
  const BASIC = new Set(
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
  );
  const EXTENDED = new Set('\f^{}\\[~]|€');

  /**
   * @param {string} text
   * @returns {{ encoding: 'GSM-7' | 'UCS-2', units: number, segments: number }} units are septets or 16-bit units
   */
  function countSegments(text) {
    const characters = [...text];
    const isGsm = characters.every((character) => BASIC.has(character) || EXTENDED.has(character));
    const sizes = characters.map((character) =>
      isGsm ? (EXTENDED.has(character) ? 2 : 1) : character.length,
    );
    const units = sizes.reduce((sum, size) => sum + size, 0);
    const [single, joined] = isGsm ? [160, 153] : [70, 67];
    const segments = units <= single ? Math.min(units, 1) : fill(sizes, joined);
    return { encoding: isGsm ? 'GSM-7' : 'UCS-2', units, segments };
  }

  /**
   * @param {number[]} sizes of characters, none of which is split
   * @param {number} capacity of a segment
   */
  function fill(sizes, capacity) {
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

  Object.assign(window, { sipgateEditor: { ...window.sipgateEditor, countSegments } });
})();

// This pack's part of the comparison: the functions behind the contacts node, without the network.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { parseContactsCsv } = require('../../dist/sipgate/contacts/formats/csv/read.js');
const { importBatches, renderImportCsv } = require('../../dist/sipgate/contacts/formats/csv/import-file.js');
const { renderContactsCsv } = require('../../dist/sipgate/contacts/formats/csv/export.js');
const { openVCards, readCard } = require('../../dist/sipgate/contacts/formats/vcard/read.js');
const { renderVCardBook } = require('../../dist/sipgate/contacts/formats/vcard/write.js');
const { createRemarks } = require('../../dist/sipgate/contacts/remarks.js');
const { createBreather } = require('../../dist/sipgate/breather.js');

/** @returns the bodies of the requests */
export async function csvImport(bytes) {
  const { contacts, skipped } = await parseContactsCsv(bytes, { country: 'DE' });
  const output = [];
  for (const batch of importBatches(contacts)) {
    output.push(Buffer.from(renderImportCsv(batch), 'utf8').toString('base64'));
    // a request follows here
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { output: [output, skipped.map(({ line }) => line)], refused: skipped.length };
}

/** @returns a fingerprint of what the requests hold, one for each card */
export async function vcardImport(bytes) {
  const { cards, skipped, isText } = await openVCards(bytes);
  const remarks = createRemarks();
  const sent = createHash('sha256');
  const breather = createBreather();
  for (const raw of cards) {
    sent.update(JSON.stringify(readCard(raw, { isText, remarks })));
    // in the node a request follows on every card
    if (breather.isDue()) await breather.pause();
  }
  return { output: sent.digest('hex'), refused: skipped.length };
}

export async function csvExport(contacts) {
  return { output: await renderContactsCsv(contacts) };
}

export async function vcardExport(contacts) {
  return { output: await renderVCardBook(contacts) };
}

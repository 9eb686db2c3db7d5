// sipgate's own library. Its contacts module works on the client that it is given: this one answers at once, from memory,
// so that no network is measured. It reads 5000 contacts of a real account; here it gets all of them in one answer.
// It cannot read what people really have: for its imports the parent gives it files of the same contacts in the simplest
// form (CSV in Latin-1 without quotes; one vCard 4.0 at a time, with a company and one number).
const { createHash } = require('node:crypto');
const { createContactsModule } = require('sipgateio');

/** @returns the bodies of the requests */
exports.csvImport = async (bytes) => {
  const sent = [];
  await importing((body) => sent.push(body)).importFromCsvString(bytes.toString('utf8'));
  return { output: sent.map(({ base64Content }) => base64Content) };
};

/** @returns a fingerprint of what the requests hold, one for each card */
exports.vcardImport = async (cards) => {
  const sent = createHash('sha256');
  const contacts = importing((body) => sent.update(JSON.stringify(body)));
  let refused = 0;
  for (const card of cards) await contacts.importVCardString(card, 'PRIVATE').catch(() => (refused += 1));
  return { output: sent.digest('hex'), refused };
};

exports.csvExport = async (items) => ({ output: await exporting(items).exportAsCsv('ALL') });

exports.vcardExport = async (items) => ({ output: await exporting(items).exportAsSingleVCard('ALL') });

function importing(take) {
  return createContactsModule({ post: async (path, body) => void take(body) });
}

function exporting(items) {
  return createContactsModule({ get: async () => ({ items, totalCount: items.length }) });
}

// Makes the German examples out of the English ones, with the texts of de.json: the one source of both.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Catalogue } = require('./catalogue.cjs');
const { translateNode } = require('./texts.cjs');

const EXAMPLES = join(__dirname, '../../examples');
const CATALOGUE = join(__dirname, 'de.json');

/**
 * @returns {{ files: { name: string, text: string }[], catalogue: Catalogue }} the files of `examples/Deutsch`,
 * and the catalogue, which then knows what is missing in it
 */
function makeGerman() {
  const catalogue = new Catalogue(JSON.parse(readFileSync(CATALOGUE, 'utf8')));
  const folder = join(EXAMPLES, 'English');
  const files = [];
  for (const name of readdirSync(folder).sort()) {
    const nodes = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const [number, title] = name.replace(/\.json$/, '').split(' - ');
    const german = translateExample(nodes, (text) => catalogue.say(text, number));
    files.push({ name: `${number} - ${catalogue.say(title, number)}.json`, text: linesOf(german) });
  }
  return { files, catalogue };
}

/**
 * An example in another language can be imported beside the English one: it has ids and paths of its own.
 * @param {readonly object[]} nodes @param {(text: string) => string} say
 */
function translateExample(nodes, say) {
  const ids = new Set(nodes.map(({ id }) => id));
  const rename = (value) => {
    if (typeof value === 'string') return renameString(value, ids);
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, rename(held)]));
  };
  return nodes.map((node) => rename(translateNode(node, say)));
}

function renameString(text, ids) {
  const [, prefix, id] = /^(subflow:)?(.*)$/s.exec(text);
  if (ids.has(id)) return `${prefix ?? ''}de${id.slice(2)}`;
  return text.replace(/\bexample-(?=\d\d\b)/g, 'beispiel-');
}

/** @param {readonly object[]} nodes @returns {string} a node in each line: half as long as the English file, and a change is still easy to see */
function linesOf(nodes) {
  return `[\n${nodes.map((node) => JSON.stringify(node)).join(',\n')}\n]\n`;
}

module.exports = { CATALOGUE, EXAMPLES, makeGerman };

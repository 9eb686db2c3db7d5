// Finds what people read or hear in the nodes of an example: names, comments, texts in functions and expressions.
const { piecesOfCode, piecesOfExpression, piecesOfHtml, piecesOfMarkdown } = require('./pieces.cjs');

/** Properties that are texts, whatever node they belong to. */
const PIECES = {
  name: whole,
  label: whole,
  inputLabels: whole,
  outputLabels: whole,
  language: whole,
  languages: whole,
  ttsLanguage: whole,
  info: piecesOfMarkdown,
  func: piecesOfCode,
  initialize: piecesOfCode,
  finalize: piecesOfCode,
};
/** Where a property of a rule has its type: in a change node's `{ to, tot }` and in a switch node's `{ v, vt }`. */
const TYPE_OF_RULE = { to: 'tot', from: 'fromt', v: 'vt' };
const NEVER_TEXT = ['id', 'type', 'z'];
const ADDRESS = /^\w+:\/\/\S+$/;
/** What looks like a sentence is taken for one, so that no text is forgotten in a property that nobody has listed. */
const SENTENCE = /\p{L}{2,},? \p{L}/u;

/**
 * @param {object} node of a flow
 * @param {(text: string) => string} say gives each text in another language
 * @returns {object} the node with these texts
 */
function translateNode(node, say) {
  return translate(node, '', {}, say);
}

function translate(value, key, owner, say) {
  if (typeof value === 'string') return translateString(value, key, owner, say);
  if (Array.isArray(value)) return value.map((entry) => translate(entry, key, owner, say));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, held]) => [name, translate(held, name, value, say)]);
  return Object.fromEntries(entries);
}

function translateString(text, key, owner, say) {
  let translated = '';
  let place = 0;
  for (const [start, end] of piecesFinder(text, key, owner)(text)) {
    translated += text.slice(place, start) + say(text.slice(start, end));
    place = end;
  }
  return translated + text.slice(place);
}

/** @returns {(text: string) => [number, number][]} finds the places of the texts in the value of a property */
function piecesFinder(text, key, owner) {
  if (NEVER_TEXT.includes(key)) return nothing;
  if (key === 'template') return owner.format === 'html' ? piecesOfHtml : whole;
  if (Object.hasOwn(PIECES, key)) return PIECES[key];
  const type = owner[`${key}Type`] ?? owner[TYPE_OF_RULE[key]];
  if (type === 'jsonata' || type === 'json') return (source) => piecesOfExpression(source, type);
  const isText = type === 'str' ? !ADDRESS.test(text) : SENTENCE.test(text);
  return isText ? whole : nothing;
}

/** @param {string} text @returns {[number, number][]} */
function whole(text) {
  return [[0, text.length]];
}

function nothing() {
  return [];
}

module.exports = { translateNode };

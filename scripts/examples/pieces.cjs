// Where the texts stand in Markdown, HTML, JavaScript and JSONata: as places [start, end], in order.
const ts = require('typescript');

/** @param {string} source each line is a text, without the sign of its list or heading @returns {[number, number][]} */
function piecesOfMarkdown(source) {
  return matches(source, /^[ \t]*(?:(?:#{1,6}|[-*]|\d+\.)[ \t]+)?(?<text>\S.*)$/gm);
}

/** @param {string} source texts between tags, and in attributes that are read @returns {[number, number][]} */
function piecesOfHtml(source) {
  // what is no text is blanked, so that all places stay
  const blank = (part) => ' '.repeat(part.length);
  const readable = source.replace(/<style[^]*?<\/style>/g, blank);
  const attributes = matches(readable, /\s(?:aria-label|alt|title|placeholder|lang)="(?<text>[^"]+)"/g);
  const between = matches(
    readable.replace(/<[^>]*>/g, (tag) => '\n'.repeat(tag.length)),
    /(?<text>\S.*)$/gm,
  );
  return [...attributes, ...between].sort(([one], [other]) => one - other);
}

/** @param {string} source @param {'jsonata' | 'json'} type of JSON, the values only @returns {[number, number][]} */
function piecesOfExpression(source, type) {
  const texts = matches(source, /(["'])(?<text>(?:(?!\1)[^\\]|\\.)*)\1/g);
  const isKey = (end) => type === 'json' && /^"\s*:/.test(source.slice(end));
  return texts.filter(([, end]) => !isKey(end));
}

/** @param {string} source of a function node: its texts in quotes and its comments @returns {[number, number][]} */
function piecesOfCode(source) {
  const file = ts.createSourceFile('function.js', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const places = new Map();
  const visit = (node) => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText) places.set(node.getStart(), [node.getStart() + 1, node.getEnd() - 1]);
    for (const [start, end] of commentsAround(source, node)) places.set(start, [start, end]);
    // what is inserted into a text belongs to it
    if (!isText) node.getChildren().forEach(visit);
  };
  visit(file);
  return [...places.values()].sort(([one], [other]) => one - other);
}

/** @returns {[number, number][]} the words of the comments before and behind a node, without slashes and stars */
function commentsAround(source, node) {
  const comments = [
    ...(ts.getLeadingCommentRanges(source, node.pos) ?? []),
    ...(ts.getTrailingCommentRanges(source, node.end) ?? []),
  ];
  return comments.map(({ pos, end }) => {
    const [, before, words] = /^(\/[/*]+\s*)(.*?)(?:\s*\*\/)?$/s.exec(source.slice(pos, end));
    return [pos + before.length, pos + before.length + words.length];
  });
}

/** @param {string} source @param {RegExp} pattern with a group `text` at the end but for one character @returns {[number, number][]} */
function matches(source, pattern) {
  const withPlaces = new RegExp(pattern, `${pattern.flags}d`);
  return [...source.matchAll(withPlaces)].map(({ indices }) => indices.groups.text);
}

module.exports = { piecesOfCode, piecesOfExpression, piecesOfHtml, piecesOfMarkdown };

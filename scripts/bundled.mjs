/**
 * Libraries that dist/ brings along instead of having npm install them: development dependencies of which a user needs
 * a small part. Each becomes one file in dist/libraries/ with its licence in dist/NOTICES.txt, and is read from there
 * when somebody first requires it. `entry` is what is bundled, whichever of the library's entries the code names;
 * `define` is what esbuild puts in the place of expressions.
 */
export const BUNDLED = [
  // 12 MB installed, for it holds seven builds in three formats; this one has 0.3 MB
  { name: 'libphonenumber-js', entry: 'libphonenumber-js/max' },
  // Node.js has a client for WebSockets, but no server; what ws would load where it happens to be there is left out
  {
    name: 'ws',
    entry: 'ws',
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  },
];

/** @returns the bundled library that an import names, if it names one */
export function bundledLibrary(specifier) {
  return BUNDLED.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
}

// The doors of the house: who may import whom. The reasons stand in CONTRIBUTING.md, "The house".
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** A door: files of `room` may not import what the patterns match. */
const door = (room, patterns, ignores = []) => ({
  files: room,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const hosts = {
  regex: '^(node-red|express|@node-red/.*)$',
  message: 'sipgate/ must run without Node-RED and Express.',
};
const otherRooms = {
  regex: '^\\.\\./.*(nodes|simulator|test|bench)/',
  message: 'sipgate/ imports no other room.',
};
const areas =
  '(sms|fax|call|call-control|contacts|history|webhook-settings|lookup|webhook/.*|contact-formats/.*|audio/.*)';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'bench/node_modules/', 'coverage/', '.cache/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.mjs', 'resources/*.js', 'simulator/page/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'fetch',
          'window',
          'document',
          'navigator',
          'RED',
          '$',
          'jQuery',
          'performance',
          'setImmediate',
          'AbortController',
          'AbortSignal',
          'URLSearchParams',
          'location',
          'EventSource',
          'TextEncoder',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  // nodes are loaded by Node-RED as CommonJS: `export =`
  { files: ['nodes/*.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  door(['sipgate/**/*.ts'], [hosts, otherRooms]),
  door(
    ['sipgate/*.ts'],
    [
      hosts,
      otherRooms,
      { regex: `^\\./${areas}$`, message: 'Areas do not import each other; only index.ts is the door.' },
    ],
    // contacts.ts is the one area with sub-rooms of its own: it may use contact-formats/
    ['sipgate/index.ts', 'sipgate/contacts.ts'],
  ),
  door(
    ['nodes/**/*.ts'],
    [
      { regex: 'sipgate/(?!index$)', message: 'Nodes go through the one door: sipgate/index.' },
      {
        regex: '^\\.\\.?/sipgate-',
        message: 'A node never imports another node; it asks RED for its config node.',
      },
      { regex: '(^|/)(simulator|test|bench)/', message: 'Nodes know nothing of the simulator.' },
    ],
  ),
  door(
    ['simulator/**/*.ts'],
    [
      {
        regex: '(^|/)sipgate/',
        allowTypeImports: true,
        message:
          'The simulator may use types of sipgate/index only: the two sides must not share one mistake.',
      },
      { regex: '(^|/)(nodes|test|bench)/', message: 'The simulator knows nothing of Node-RED.' },
    ],
  ),
);

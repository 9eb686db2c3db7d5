import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import house from './scripts/doors.mjs';

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
    files: ['**/*.mjs', 'simulator/page/*.js'],
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
          'performance',
          'setImmediate',
          'AbortController',
          'AbortSignal',
          'URLSearchParams',
          'location',
          'CustomEvent',
          'EventSource',
          'TextEncoder',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        ['require', 'module', 'process', 'console', 'setTimeout'].map((name) => [name, 'readonly']),
      ),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  // nodes are loaded by Node-RED as CommonJS: `export =`
  { files: ['nodes/*.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  // who may import whom
  {
    files: ['sipgate/**/*.ts', 'nodes/**/*.ts', 'simulator/**/*.ts'],
    plugins: { house },
    rules: { 'house/doors': 'error' },
  },
);

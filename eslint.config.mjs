import js from '@eslint/js';
import * as regexp from 'eslint-plugin-regexp';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import project from './scripts/import-rule.mjs';

/** What is shipped. */
const SHIPPED = ['sipgate/**/*.ts', 'nodes/**/*.ts', 'simulator/**/*.ts'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'bench/node_modules/', 'coverage/', '.cache/', '.stryker-tmp/'] },
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
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.cjs', 'test/**/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  // nodes are loaded by Node-RED as CommonJS: `export =`
  { files: ['nodes/*.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  // `value?.should` and `value?.name.should` test nothing where there is no value: `should(value?.name)` does
  {
    files: ['test/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ChainExpression MemberExpression[property.name='should']",
          message: 'Write should(value), which also notices that there is none.',
        },
      ],
    },
  },
  // who may import whom; circles are found by dependency-cruiser
  { files: SHIPPED, plugins: { project }, rules: { 'project/imports': 'error' } },
  // one matter in a file, one thought in a function
  {
    files: [...SHIPPED, 'scripts/**', 'bench/*'],
    rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', { max: 50, IIFEs: true }] },
  },
  // a text from outside must not make a pattern slow: linear time only
  {
    files: SHIPPED,
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
);

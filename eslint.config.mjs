import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { sources, tests } from './docker/lint/building.mjs';
import { rulesOfTheLayout } from './docker/lint/plugin.mjs';

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/.next/**',
      '**/node_modules/**',
      '**/next-env.d.ts',
      '**/*.d.ts',
      '.wend/**',
      '.nx/**',
      'test-results/**',
      'workflows/node-sdk/template/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: [sources],
    extends: [tseslint.configs.recommended],
    // Nest reads the types of constructor parameters at run time: imports of those must stay values.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
    },
  },
  {
    rules: {
      'no-unused-vars': 'off',
      // What comes from outside is cleaned of exactly these characters.
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['warn', { max: 450, skipBlankLines: true, skipComments: true }],
    },
    extends: [{ plugins: { '@typescript-eslint': tseslint.plugin } }],
  },
  // Bodies of answers are read as they come, and the expectations say what they are.
  { files: tests, rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  {
    // Only where a lost failure costs most: it needs types, which take longer than all other rules together.
    files: ['backend/src/**/*.ts', 'workflows/temporal/src/**/*.ts'],
    ignores: tests,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  },
  rulesOfTheLayout,
);

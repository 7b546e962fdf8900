import { noImport } from '../building.mjs';

/** The sandbox decides nothing by chance either: that rule is in pure-core.mjs. */
export const sandboxImports = {
  rules: { 'sandbox-imports': noImport },
  config: [
    {
      files: ['workflows/temporal/src/*.workflow.ts'],
      rules: {
        'wend/sandbox-imports': [
          'error',
          [
            {
              pattern: '^(?!@temporalio/workflow$|@wend/engine/run$|\\./[\\w-]+\\.workflow\\.js$)',
              types: true,
              message:
                'The sandbox loads only @temporalio/workflow and @wend/engine/run: each cached workflow pays for every module. Use `import type`; do the work in an activity; what must run here, export from workflows/engine/src/run.ts.',
            },
          ],
        ],
        'wend/no-chance': 'error',
      },
    },
  ],
};

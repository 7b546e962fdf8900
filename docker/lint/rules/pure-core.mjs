import { forbid, noImport, tests } from '../building.mjs';

export const pureCore = {
  rules: {
    'pure-core': noImport,
    'no-chance': forbid(
      ':matches(MemberExpression[object.name="Math"][property.name="random"], CallExpression[callee.name="setInterval"], MemberExpression[object.name=/^(Intl|Temporal)$/], TSQualifiedName[left.name=/^(Intl|Temporal)$/], CallExpression[callee.property.name=/^toLocale/])',
      'The same run must decide the same everywhere and for years. Draw from the seed in the state (drawOf); let the backend answer dates and zones as facts, and wait by commands.',
    ),
    'no-clock': forbid(
      ':matches(NewExpression[callee.name="Date"], CallExpression[callee.name="Date"], MemberExpression[object.name=/^(Date|performance)$/], CallExpression[callee.name="setTimeout"])',
      'The engine has no clock. Read `at` of the input that is folded; ask for what depends on a calendar as a fact.',
    ),
  },
  config: [
    {
      files: ['workflows/contract/src/**', 'workflows/engine/src/**'],
      ignores: tests,
      rules: {
        'wend/pure-core': [
          'error',
          [
            {
              pattern: '^(node:|@nestjs/|typeorm|@temporalio/|liquidjs)',
              message:
                'contract and engine run in browsers and in the workflow sandbox. Take the value as an argument, or put the code where the I/O is: backend or workflows/temporal.',
            },
          ],
        ],
      },
    },
    {
      files: ['workflows/engine/src/**'],
      ignores: tests,
      rules: {
        'wend/pure-core': [
          'error',
          [
            {
              pattern: '^(?!@wend/contract/values$)[^.]',
              types: true,
              message:
                'The engine imports nothing else at run time: each cached workflow pays for it. Use `import type` from @wend/contract; small pure functions that contract shares with it come from @wend/contract/values.',
            },
            {
              pattern: '^(?!@wend/contract(/values)?$)[^.]',
              message: 'The engine knows no types but those of @wend/contract. Add the type there.',
            },
          ],
        ],
        'wend/no-chance': 'error',
        'wend/no-clock': 'error',
      },
    },
  ],
};

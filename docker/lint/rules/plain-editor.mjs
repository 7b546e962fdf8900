import { noImport } from '../building.mjs';

export const plainEditor = {
  rules: { 'plain-editor': noImport },
  config: [
    {
      files: ['frontend/dashboard/src/{components,lib}/**', 'frontend/dashboard/src/features/journey-editor/**'],
      ignores: ['**/*.spec.ts', '**/*.fixture.ts', 'frontend/dashboard/src/features/journey-editor/store/checks.ts'],
      rules: {
        'wend/plain-editor': [
          'error',
          [
            {
              pattern: '^(@wend/contract|zod)$',
              types: true,
              message:
                'Schemas are a tenth of what the editor would load before it shows a journey. Take values from @wend/contract/plain; what checks something unknown goes into journey-editor/store/checks.ts, which is loaded afterwards.',
            },
          ],
        ],
      },
    },
  ],
};

import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'exports have names',
  broken: [
    {
      path: 'frontend/dashboard/src/features/x.tsx',
      code: `export default function X() {}`,
      says: /named-exports: Export it by name/,
    },
  ],
  kept: [{ path: 'frontend/dashboard/src/app/page.tsx', code: `export default function Page() {}` }],
};

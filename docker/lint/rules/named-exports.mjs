import { forbid } from '../building.mjs';

export const namedExports = {
  rules: {
    'named-exports': forbid(
      ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
      'Export it by name: `export function name()`. Only files that a framework loads by their place have a default export.',
    ),
  },
  config: [
    { rules: { 'wend/named-exports': 'error' } },
    {
      files: ['frontend/dashboard/src/app/**', 'frontend/dashboard/src/i18n/request.ts', '**/*.config.{ts,mjs}'],
      rules: { 'wend/named-exports': 'off' },
    },
  ],
};

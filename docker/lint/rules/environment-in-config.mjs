import { forbid, tests, whole } from '../building.mjs';

export const environmentInConfig = {
  rules: {
    'environment-in-config': forbid(
      ':matches(MemberExpression[object.name="process"]:matches([property.name="env"], [property.value="env"]), VariableDeclarator[init.name="process"] Property[key.name="env"], ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="env"])',
      "Read the environment in the process's config.ts, where zod checks it at start and names all problems at once, and pass the parsed value on.",
    ),
  },
  config: [
    {
      files: ['**/*.{ts,tsx,mjs}'],
      // What starts the clone hands the environment on to its children; entry points below bin are their own config.
      ignores: [
        '**/config.ts',
        '*.config.{ts,mjs}',
        'frontend/dashboard/next.config.ts',
        'docker/**',
        '**/src/bin/**',
        ...whole,
        ...tests,
      ],
      rules: { 'wend/environment-in-config': 'error' },
    },
  ],
};

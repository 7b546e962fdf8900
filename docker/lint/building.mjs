/** What rules are made of. */

/** Every TypeScript source. */
export const sources = '**/*.{ts,tsx}';
export const tests = ['**/*.spec.{ts,tsx}', '**/test/**', '**/e2e/**'];
/** Tests and measurements of the whole, from the browser to the servers. */
export const whole = ['**/e2e/**', '**/bench/**'];

/** A rule that reports every node an AST selector finds. */
export const forbid = (selector, message) => ({
  meta: { type: 'problem', schema: [] },
  create: (context) => ({ [selector]: (node) => context.report({ node, message }) }),
});

const isTypeOnly = (node) =>
  node.type === 'TSImportType' ||
  node.importKind === 'type' ||
  node.exportKind === 'type' ||
  (node.specifiers?.length > 0 &&
    node.specifiers.every((specifier) => specifier.importKind === 'type' || specifier.exportKind === 'type'));

/** Calls `see` for everything that a file imports or exports again, also by `import()` and in types. */
export const imports = (see) => {
  const visit = (node) => {
    const source = node.source ?? node.argument?.literal ?? node.argument;
    if (typeof source?.value === 'string') see({ node, source: source.value, typeOnly: isTypeOnly(node) });
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
    TSImportType: visit,
  };
};

/**
 * A rule with an option `[{ pattern, types, message }]`: no import may match `pattern`; with `types` those of types
 * may.
 */
export const noImport = {
  meta: { type: 'problem', schema: [{ type: 'array', items: { type: 'object' } }] },
  create: (context) =>
    imports(({ node, source, typeOnly }) => {
      const found = context.options[0].find(
        ({ pattern, types }) => new RegExp(pattern).test(source) && !(types && typeOnly),
      );
      if (found) context.report({ node, message: `"${source}": ${found.message}` });
    }),
};

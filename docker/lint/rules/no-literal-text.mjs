const textAttributes =
  /^(title|label|placeholder|help|hint|description|action|alt|lead|text|heading|detail|aria-(label|description|roledescription|valuetext))$/;
const hasLetters = (text) => /\p{L}{2}/u.test(text);

/** The literal texts that an expression may come to. */
const literalTexts = (node) => {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' && hasLetters(node.value) ? [node] : [];
    case 'TemplateLiteral':
      return node.quasis.some((part) => hasLetters(part.value.cooked)) ? [node] : [];
    case 'ConditionalExpression':
      return [...literalTexts(node.consequent), ...literalTexts(node.alternate)];
    case 'LogicalExpression':
      return [...literalTexts(node.left), ...literalTexts(node.right)];
    case 'JSXExpressionContainer':
      return literalTexts(node.expression);
    default:
      return [];
  }
};

/** Texts between tags, in attributes, and what a toast says. */
const rule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const report = (node) =>
      context.report({
        node,
        message:
          'Put the text into messages/en/<feature>.json and take it from there: `const t = useTranslations(…)`, `t(…)`.',
      });
    const inside = (children) =>
      children
        .filter((child) => child.type === 'JSXExpressionContainer')
        .flatMap(literalTexts)
        .forEach(report);
    return {
      JSXText: (node) => hasLetters(node.value) && report(node),
      JSXElement: (node) => inside(node.children),
      JSXFragment: (node) => inside(node.children),
      JSXAttribute: (node) => textAttributes.test(node.name.name) && literalTexts(node.value).forEach(report),
      'CallExpression[callee.property.name=/^(say|fail)$/]': (node) =>
        /toast/i.test(context.sourceCode.getText(node.callee.object)) &&
        literalTexts(node.arguments[0]).forEach(report),
    };
  },
};

export const noLiteralText = {
  rules: { 'no-literal-text': rule },
  config: [
    {
      files: ['frontend/dashboard/src/**/*.tsx'],
      rules: { 'wend/no-literal-text': 'error' },
    },
  ],
};

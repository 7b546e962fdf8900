const withoutScope = /Without scope: \S+( \S+){2}/;
const isScope = (parameter) => {
  if (parameter?.typeAnnotation?.typeAnnotation.typeName?.name !== 'Scope') return false;
  if (parameter.type === 'Identifier') return parameter.name === 'scope';
  return (
    parameter.type === 'ObjectPattern' && parameter.properties.some((property) => property.key?.name === 'workspaceId')
  );
};
const returnsPromise = (method) => method.async || method.returnType?.typeAnnotation.typeName?.name === 'Promise';
const hooks = /^on(Module|Application)|^beforeApplication/;

/** Repositories: what is public and answers with a promise runs SQL, and takes `scope: Scope` first. */
const rule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const excused = (node) => {
      const first = [node, ...(node.declaration?.decorators ?? []), ...(node.decorators ?? [])].sort(
        (a, b) => a.range[0] - b.range[0],
      )[0];
      return context.sourceCode
        .getCommentsBefore(first)
        .some((comment) => withoutScope.test(comment.value.replace(/\s+\*?\s*/g, ' ')));
    };
    const check = ({ name, callable, node, owner = node }) => {
      if (!returnsPromise(callable) || isScope(callable.params[0]) || excused(node) || excused(owner)) return;
      context.report({
        node,
        message: `${name} runs without a workspace. Take \`scope: Scope\` as the first parameter and filter by scope.workspaceId; where no workspace can be known, say why in the comment above: "Without scope: <reason>".`,
      });
    };
    const methods = (node) => {
      for (const member of node.declaration.body.body) {
        const hidden =
          member.accessibility === 'private' ||
          member.accessibility === 'protected' ||
          member.key?.type === 'PrivateIdentifier';
        const callable =
          member.type === 'PropertyDefinition'
            ? member.value
            : member.type === 'MethodDefinition'
              ? member.value
              : null;
        if (hidden || !callable?.params || hooks.test(member.key.name)) continue;
        check({ name: member.key.name ?? 'A method', callable, node: member, owner: node });
      }
    };
    return {
      'ExportNamedDeclaration[declaration.type="ClassDeclaration"]': methods,
      'ExportNamedDeclaration[declaration.type="FunctionDeclaration"]': (node) =>
        check({ name: node.declaration.id.name, callable: node.declaration, node }),
    };
  },
};

export const repositoryScope = {
  rules: { 'repository-scope': rule },
  config: [{ files: ['backend/src/**/*.repository.ts'], rules: { 'wend/repository-scope': 'error' } }],
};

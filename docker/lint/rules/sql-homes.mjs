import { tests } from '../building.mjs';

const runners = new Set(['query', 'send', 'repository', 'getRepository', 'createQueryBuilder']);
const statement =
  /^\s*(select|insert into|delete from|update \w+( \w+)? set|with (recursive )?\w+( \([^)]*\))? as|truncate|(create|alter|drop) (unique )?(table|index|view)|lock table|listen|set local)\s/i;

/** Words begin with a capital; SQL does not, or is all capitals. */
const looksLikeSql = (text) => statement.test(text) && !/^\s*[A-Z][a-z]/.test(text);

const textOf = (node) => {
  if (node?.type === 'TemplateLiteral') return node.quasis.map((part) => part.value.cooked).join('x');
  return typeof node?.value === 'string' ? node.value : '';
};

/**
 * SQL is run by repositories alone, which take the workspace first, and written in them or in what builds it for them
 * (option `builds`). It is known by what it says and what is called, whatever the file's name. `send` is a word of
 * others, too: with a statement it is SQL.
 */
const rule = {
  meta: { type: 'problem', schema: [{ type: 'object' }] },
  create(context) {
    const builds = context.options[0]?.builds === true;
    const instead = 'Add a method to a *.repository.ts, which takes `scope: Scope` first, and call that.';
    const written = (node) => {
      if (!builds && looksLikeSql(textOf(node)))
        context.report({ node, message: `SQL is written outside a repository. ${instead}` });
    };
    const run = ({ callee, arguments: [first] }) => {
      const { name } = callee.property;
      if (!first || !runners.has(name) || (name === 'send' && !looksLikeSql(textOf(first)))) return;
      context.report({ node: callee.property, message: `\`${name}\` runs SQL outside a repository. ${instead}` });
    };
    return { Literal: written, TemplateLiteral: written, 'CallExpression[callee.type="MemberExpression"]': run };
  },
};

export const sqlHomes = {
  rules: { 'sql-homes': rule },
  config: [
    {
      files: ['backend/src/**/*.ts'],
      ignores: ['**/*.repository.ts', 'backend/src/platform/database/**', ...tests],
      rules: { 'wend/sql-homes': 'error' },
    },
    { files: ['backend/src/**/*.sql.ts'], rules: { 'wend/sql-homes': ['error', { builds: true }] } },
  ],
};

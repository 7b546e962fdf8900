import { readFileSync, readdirSync } from 'node:fs';
import { tests } from '../building.mjs';

const definitions = new URL('../../../workflows/contract/src/channels/', import.meta.url);

/** The channels that Wend brings, as their definitions name them. */
export const channelNames = readdirSync(definitions)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .flatMap(
    (file) => /^ {2}name: '([a-z][a-z0-9-]*)',$/m.exec(readFileSync(new URL(file, definitions), 'utf8'))?.[1] ?? [],
  );

const names = new Set(channelNames);
/** Words that mean other things in code, too: a field of a person, of a text, of a browser. Only where a channel is meant. */
const ordinary = new Set(['email', 'line', 'push', 'webhook']);
const aboutChannels = /channel|\bdefinition\b|\.trait\b|lowerSend|lockedTemplate/i;

const nameIn = (node) => {
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return known(node.quasis[0].value.cooked);
  return node?.type === 'Literal' ? known(node.value) : null;
};
const known = (text) => (names.has(text) ? text : null);
const keyOf = ({ type, key, computed }) => {
  if (type !== 'Property' || computed) return null;
  return key.type === 'Identifier' ? known(key.name) : nameIn(key);
};
const isType = (node) => node?.type.startsWith('TS');

/** Says of a name whether it stands for a channel there. */
const meansChannel = ({ node, textOf }) => {
  const { parent } = node;
  switch (parent.type) {
    case 'BinaryExpression':
      return aboutChannels.test(textOf(parent.left === node ? parent.right : parent.left));
    case 'SwitchCase':
      return aboutChannels.test(textOf(parent.parent.discriminant));
    case 'Property':
      return parent.value === node && /^(channel|channels)$/.test(parent.key.name ?? parent.key.value ?? '');
    case 'VariableDeclarator':
      return aboutChannels.test(textOf(parent.id));
    case 'CallExpression':
      return aboutChannels.test(textOf(parent.callee));
    case 'JSXAttribute':
      return /channel/i.test(parent.name.name);
    default:
      return false;
  }
};

/**
 * What a channel is stands in its definition and in its folders; all else asks for a property of it. So a new channel is
 * a folder per room, and none is forgotten.
 */
const rule = {
  meta: { type: 'problem', schema: [{ type: 'object' }] },
  create(context) {
    const own = context.options[0]?.own;
    const textOf = (node) => context.sourceCode.getText(node);
    const report = (node, name) =>
      name !== own &&
      context.report({
        node,
        message: `“${name}” is a channel: only its own folders name it. Ask its definition for what matters here (workflows/contract/src/channels), adding a field where none says it.`,
      });
    const text = (node) => {
      const name = nameIn(node);
      if (name === null || isType(node.parent) || /^(Import|Export)/.test(node.parent.type)) return;
      // Keys and elements are seen together.
      if (node.parent.type === 'Property' && node.parent.key === node) return;
      if (node.parent.type === 'ArrayExpression') return;
      if (!ordinary.has(name) || meansChannel({ node, textOf })) report(node, name);
    };
    return {
      Literal: text,
      TemplateLiteral: text,
      ObjectExpression(node) {
        const keys = node.properties.flatMap((each) => keyOf(each) ?? []);
        // One ordinary word is a field; two are a list of channels.
        for (const name of keys) if (!ordinary.has(name) || keys.length > 1) return report(node, name);
      },
      ArrayExpression(node) {
        const list = node.elements.flatMap((each) => nameIn(each) ?? []);
        for (const name of list) if (!ordinary.has(name) || list.length > 1) return report(node, name);
      },
      SwitchStatement(node) {
        if (/\bchannel\b/i.test(textOf(node.discriminant)))
          context.report({
            node,
            message:
              'A switch over channels forgets those of packages. Ask the channel’s definition, or its code in the registry.',
          });
      },
    };
  },
};

/** The folders of a channel, one per room. */
export const roomsOf = (name) => [
  `workflows/nodes/src/${name}`,
  `backend/src/channels/${name}`,
  `frontend/dashboard/src/features/messages/preview/${name}`,
];

/** The one list that each room has: what is here can be loaded by nothing else than an import. */
const lists = [
  'backend/src/channels/built-in.ts',
  'frontend/dashboard/src/features/messages/preview/message-preview.tsx',
];

export const channelNamesRule = {
  rules: { 'channel-names': rule },
  config: [
    {
      files: ['backend/src/**/*.ts', 'workflows/*/src/**/*.ts', 'frontend/dashboard/src/**/*.{ts,tsx}'],
      ignores: [
        ...tests,
        '**/*.fixture.ts',
        '**/fixtures/**',
        // Journeys to start from are content, as those of tests are.
        '**/contract/src/gallery/**',
        '**/testing/**',
        'workflows/contract/src/channels/**',
        ...lists,
      ],
      rules: { 'wend/channel-names': 'error' },
    },
    ...channelNames.map((own) => ({
      files: roomsOf(own).map((folder) => `${folder}/**`),
      ignores: tests,
      rules: { 'wend/channel-names': ['error', { own }] },
    })),
  ],
};

import { emptyGraph, addNode, connect, templateDefinition } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { builtInNodes } from '@wend/nodes';
import { expect, it } from 'vitest';
import { checkDraft } from './draft-check.js';
import { NodeRegistry } from './node-registry.js';

const registry = new NodeRegistry(builtInNodes);
const surroundings = {
  templates: { read: () => ({ problems: [], variables: [] }), names: { events: [], traits: [] } },
  channelTemplates: [
    {
      id: 't1',
      channel: 'whatsapp',
      name: 'Offer',
      definition: templateDefinition.parse({ kind: 'approved', code: 'c', text: 'STOP', fields: [] }),
    },
  ],
  topics: [{ key: 'offers', name: 'Offers', channels: ['email'], archived: false }],
  country: 'DE',
  withoutProvider: [],
  personChannels: ['email', 'sms', 'push'],
};

/** What publishing says of one step with these settings: places of errors. */
function errors(type: string, config: JsonObject): (string | undefined)[] {
  const position = { x: 0, y: 0 };
  let graph = addNode(emptyGraph(), {
    node: { id: 'in', type: 'wend/entry-event', version: 1, name: 'In', config: { event: 'E' }, position },
  });
  graph = addNode(graph, { node: { id: 'step', type, version: 1, name: 'Step', config, position } });
  graph = connect(graph, { from: 'in', port: 'next', to: 'step' });
  return checkDraft({
    journey: 'itself',
    graph,
    registry,
    surroundings,
    childOf: () => ({ refused: 'No journey.', hint: '' }),
  }).issues.flatMap(({ severity, path, code }) => (severity === 'error' ? [path ?? code] : []));
}

const mail = { subject: 'S', body: 'B' };
const best = { withinHours: 24 };

it.each<[string, JsonObject, string[]]>([
  ['wend/email', mail, []],
  ['wend/email', { ...mail, messageClass: 'advert' }, ['messageClass']],
  ['wend/email', { ...mail, topic: 'gone' }, ['topic']],
  ['wend/email', { ...mail, whenCapped: 'later' }, ['whenCapped']],
  ['wend/email', { ...mail, whenCapped: 'wait', latestHours: 0 }, ['latestHours']],
  ['wend/email', { ...mail, whenCapped: 'wait', latestHours: 721 }, ['latestHours']],
  // Nothing said is a day.
  ['wend/email', { ...mail, whenCapped: 'wait' }, []],
  ['wend/email', { ...mail, whenQuiet: 'never' }, ['whenQuiet']],
  ['wend/email', { ...mail, quietHours: 'own' }, ['quietHours']],
  ['wend/email', { ...mail, quietHours: 'other' }, ['quietWindows']],
  [
    'wend/email',
    { ...mail, quietHours: 'other', quietWindows: [{ from: '9', to: '10:00' }] },
    ['quietWindows[0].from'],
  ],
  [
    'wend/email',
    { ...mail, quietHours: 'other', quietWindows: [{ days: [8], from: '21:00', to: '08:00' }] },
    ['quietWindows[0].days[0]'],
  ],
  ['wend/email', { ...mail, quietHours: 'other', quietWindows: [{ from: '00:00', to: '00:00' }] }, ['quietWindows']],
  ['wend/sms', { text: 'Sale' }, ['no-way-out']],
  ['wend/sms', { text: 'Sale', messageClass: 'transactional' }, []],
  ['wend/whatsapp', { template: { id: 'gone', fields: {} } }, ['template']],
  ['wend/whatsapp', { template: { id: 't1', fields: {} } }, []],
  ['wend/whatsapp', { template: { id: 't1', fields: {} }, smsFallback: 'Sale' }, ['no-way-out']],
  ['wend/wait-best-time', best, []],
  ['wend/wait-best-time', {}, ['withinHours']],
  ['wend/wait-best-time', { withinHours: 25 }, ['withinHours']],
  ['wend/wait-best-time', { ...best, channel: 'pigeon' }, ['channel']],
  ['wend/wait-best-time', { ...best, otherwise: 'time', time: '' }, ['time']],
  ['wend/wait-best-time', { ...best, otherwise: 'time' }, []],
  ['wend/branch', consentBranch({ channel: 'email', topic: 'offers' }), []],
  ['wend/branch', consentBranch({ channel: 'email', topic: 'gone' }), ['branches[0].rule.rules[0].left.topic']],
  ['wend/branch', consentBranch({ channel: 'pigeon' }), ['branches[0].rule.rules[0].left.channel']],
  ['wend/wait-for-events', consentWait('offers'), []],
  ['wend/wait-for-events', consentWait('gone'), ['events[0].trigger.topic']],
])('%s with %j has problems at %j', (type, config, places) => {
  expect([...new Set(errors(type, config))]).toEqual(places);
});

function consentBranch(left: JsonObject): JsonObject {
  const rule = { op: 'compare', left: { source: 'consent', ...left }, is: 'equals', value: 'subscribed' };
  return { branches: [{ id: 'yes', label: 'Yes', rule: { op: 'all', rules: [rule] } }] };
}

function consentWait(topic: string): JsonObject {
  const trigger = { kind: 'consent', on: 'given', channel: 'email', topic };
  return { events: [{ id: 'yes', label: 'Yes', trigger }], timeout: { amount: 1, unit: 'days' }, lookBack: false };
}

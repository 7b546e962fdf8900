import { channelOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import type { ComposeInput, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { problemWhen } from '../field-problems.js';
import { templatesIn, textOf } from '../node-templates.js';
import { composeNotification, isLink, notificationTemplates } from './notification.js';
import { mostPayloadBytes, payloadBytes } from './providers/fcm/fcm-message.js';
import type { Interruption, PushContent } from './push-content.js';

/** Notifications on a phone. */
export const pushChannel = defineChannel<PushContent>({
  definition: channelOf('push'),
  sample: { title: 'A test from Wend', body: 'Your connection works.' },
  templates: (config) => ({
    ...notificationTemplates(config),
    ...templatesIn(config, ['collapseKey'], 'line'),
    ...actionTemplates(config),
    ...dataTemplates(config),
  }),
  compose: composePush,
  // The one that was in use last comes first.
  devicesFor: (content, devices) => (content.devices === 'last' ? devices.slice(0, 1) : devices),
});

function composePush({ config, values, links, settings }: ComposeInput): {
  content: PushContent;
  problems: MessageProblem[];
} {
  const { content: notification, problems } = composeNotification({ values });
  const value = (path: string) => (values[path] ?? '').trim();
  const content: PushContent = { ...notification, ...settingsOf(config) };
  const actions = itemsOf(config, 'actions').map((_, index) => ({
    label: value(`actions[${index}].label`),
    link: value(`actions[${index}].link`) || null,
  }));
  if (actions.length > 0) content.actions = actions;
  const data = itemsOf(config, 'data');
  if (data.length > 0)
    content.data = Object.fromEntries(
      data.map(({ name }, index) => [textOf(name).trim(), values[`data[${index}].value`] ?? '']),
    );
  const collapseKey = value('collapseKey');
  if (collapseKey !== '') content.collapseKey = collapseKey;
  const report = links.report();
  if (report !== null) content.report = report;
  return { content, problems: [...problems, ...pushProblems(content, settings)] };
}

/** What no template makes. */
function settingsOf(config: JsonObject): Partial<PushContent> {
  const { badge, sound, ttlHours, priority, androidChannel, interruption, devices } = config;
  return {
    ...(typeof badge === 'number' && { badge }),
    ...(textOf(sound) !== '' && { sound: textOf(sound) }),
    ...(typeof ttlHours === 'number' && { ttlSeconds: Math.round(ttlHours * 3_600) }),
    ...((priority === 'high' || priority === 'normal') && { priority }),
    ...(textOf(androidChannel) !== '' && { androidChannel: textOf(androidChannel) }),
    ...(textOf(interruption) !== '' && { interruption: textOf(interruption) as Interruption }),
    ...(devices === 'last' && { devices }),
  };
}

function pushProblems(content: PushContent, settings: Record<string, unknown>): MessageProblem[] {
  const { actions = [], collapseKey = '' } = content;
  return [
    ...actions.flatMap(({ label, link }, index) => [
      ...problemWhen(label === '', `actions[${index}].label`, 'is empty for this person'),
      ...problemWhen(
        link !== null && !isLink(link),
        `actions[${index}].link`,
        'must be a whole address, such as https://example.com/offer or myapp://offer',
      ),
    ]),
    // Apple's limit for apns-collapse-id.
    ...problemWhen(Buffer.byteLength(collapseKey) > 64, 'collapseKey', 'is longer than 64 bytes'),
    ...sizeProblems(content, settings),
  ];
}

const anyId = '00000000-0000-0000-0000-000000000000';

/** Names the field that takes the most. */
function sizeProblems(content: PushContent, settings: Record<string, unknown>): MessageProblem[] {
  const android = settings['android'] === 'app' ? 'app' : 'system';
  const bytes = payloadBytes({ content, messageId: anyId, android });
  if (bytes <= mostPayloadBytes) return [];
  const { title, body, link, actions = [], data = {} } = content;
  const fields: [string, string][] = [
    ['body', body],
    ['title', title],
    ['link', link ?? ''],
    ['actions', JSON.stringify(actions)],
    ['data', JSON.stringify(data)],
  ];
  const [largest] = fields.toSorted(([, a], [, b]) => Buffer.byteLength(b) - Buffer.byteLength(a))[0]!;
  const count = (number: number) => new Intl.NumberFormat('en').format(number);
  return [
    {
      path: largest,
      message: `makes the notification ${count(bytes)} bytes; phones take ${count(mostPayloadBytes)}. Shorten it`,
    },
  ];
}

function actionTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return Object.fromEntries(
    itemsOf(config, 'actions').flatMap(({ label, link }, index): [string, MessageTemplate][] => [
      [`actions[${index}].label`, { source: textOf(label), escape: 'none' }],
      ...(textOf(link) === ''
        ? []
        : [[`actions[${index}].link`, { source: textOf(link), escape: 'url' }] as [string, MessageTemplate]]),
    ]),
  );
}

function dataTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return Object.fromEntries(
    itemsOf(config, 'data').map(({ value }, index) => [
      `data[${index}].value`,
      { source: textOf(value), escape: 'none' as const },
    ]),
  );
}

function itemsOf(config: JsonObject, name: string): JsonObject[] {
  const items = config[name];
  return Array.isArray(items) ? items.map((item) => (item ?? {}) as JsonObject) : [];
}

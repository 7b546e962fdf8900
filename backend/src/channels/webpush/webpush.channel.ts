import { channelOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import type { ComposeInput, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { controlCharacters, problemWhen } from '../field-problems.js';
import { templatesIn, textOf } from '../node-templates.js';
import { composeNotification, notificationTemplates } from '../push/notification.js';
import { mostPayloadBytes } from './providers/vapid/encryption.js';
import { payloadOf } from './providers/vapid/payload.js';
import type { Urgency, WebPushContent } from './web-push-content.js';

const urgencies: readonly Urgency[] = ['very-low', 'low', 'normal', 'high'];

/** Notifications in a browser. */
export const webpushChannel = defineChannel<WebPushContent>({
  definition: channelOf('webpush'),
  sample: { title: 'A test from Wend', body: 'Your connection works.' },
  templates: (config) => ({
    ...notificationTemplates(config),
    ...templatesIn(config, ['icon'], 'url'),
    ...templatesIn(config, ['collapseKey'], 'line'),
    ...actionTemplates(config),
  }),
  compose: composeWebPush,
});

function composeWebPush({ config, values, links }: ComposeInput): {
  content: WebPushContent;
  problems: MessageProblem[];
} {
  const { content: notification, problems } = composeNotification({ values });
  const value = (path: string) => (values[path] ?? '').trim();
  const actions = actionsOf(config).map((_, index) => ({
    label: value(`actions[${index}].label`),
    link: value(`actions[${index}].link`) || null,
  }));
  const urgency = urgencies.find((each) => each === config['urgency']);
  const { ttlHours, requireInteraction } = config;
  const report = links.report();
  const content: WebPushContent = {
    ...notification,
    ...(value('icon') !== '' && { icon: value('icon') }),
    ...(actions.length > 0 && { actions }),
    ...(typeof ttlHours === 'number' && { ttlSeconds: Math.round(ttlHours * 3_600) }),
    ...(urgency && { urgency }),
    ...(value('collapseKey') !== '' && { collapseKey: value('collapseKey') }),
    ...(requireInteraction === true && { requireInteraction }),
    ...(report !== null && { report }),
  };
  return { content, problems: [...problems, ...webPushProblems(content)] };
}

function webPushProblems(content: WebPushContent): MessageProblem[] {
  const { icon, actions = [] } = content;
  return [
    ...problemWhen(icon !== undefined && !isWebAddress(icon), 'icon', 'must be an address that begins with https://'),
    ...actions.flatMap((action, index) => [
      ...problemWhen(action.label === '', `actions[${index}].label`, 'is empty for this person'),
      ...problemWhen(
        action.link !== null && !isWebAddress(action.link),
        `actions[${index}].link`,
        'must be a whole web address, such as https://example.com/offer: a browser opens nothing else',
      ),
    ]),
    ...sizeProblems(content),
  ];
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && !controlCharacters.test(address) && URL.canParse(address);
}

const anyId = '00000000-0000-4000-8000-000000000000';

/** Names the field that takes the most. */
function sizeProblems(content: WebPushContent): MessageProblem[] {
  const bytes = Buffer.byteLength(payloadOf({ id: anyId, content }));
  if (bytes <= mostPayloadBytes) return [];
  const { title, body, link, image, icon, actions = [] } = content;
  const fields = Object.entries({ title, body, link, image, icon, actions: JSON.stringify(actions) });
  const length = (text: string | null | undefined): number => Buffer.byteLength(text ?? '');
  const [largest] = fields.toSorted(([, a], [, b]) => length(b) - length(a))[0]!;
  const count = (number: number): string => new Intl.NumberFormat('en').format(number);
  return [
    {
      path: largest,
      message: `makes the notification ${count(bytes)} bytes; browsers take ${count(mostPayloadBytes)}. Shorten it`,
    },
  ];
}

function actionTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return Object.fromEntries(
    actionsOf(config).flatMap(({ label, link }, index): [string, MessageTemplate][] => [
      [`actions[${index}].label`, { source: textOf(label), escape: 'none' }],
      ...(textOf(link) === ''
        ? []
        : [[`actions[${index}].link`, { source: textOf(link), escape: 'url' }] as [string, MessageTemplate]]),
    ]),
  );
}

function actionsOf({ actions }: JsonObject): JsonObject[] {
  return Array.isArray(actions) ? actions.map((action) => (action ?? {}) as JsonObject) : [];
}

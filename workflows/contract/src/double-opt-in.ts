import { consentRequestedEvent, unsubscribedEvent } from './api/statuses.js';
import { email } from './channels/email.js';
import type { Graph, GraphNode } from './graph.js';
import type { JsonObject } from './json.js';
import type { Rule } from './rule.js';

/** By which channel the journey asks: its topic must be sent there. */
export const doubleOptInChannel = email.name;

/**
 * A draft that asks people to confirm what they signed up for (double opt-in): a mail with the link to the page on which
 * they confirm, a reminder after two days, and an end either way. Whoever leaves the topic meanwhile leaves the journey.
 * For topics that people start outside of; `name` is what they call it.
 */
export function doubleOptInGraph({ key, name }: { key: string; name: string }): Graph {
  const ofTopic: Rule = {
    op: 'all',
    rules: [
      { op: 'compare', left: { source: 'property', path: 'topic' }, is: 'equals', value: key },
      { op: 'compare', left: { source: 'property', path: 'channel' }, is: 'equals', value: doubleOptInChannel },
    ],
  };
  const wait = (days: number): JsonObject => ({
    events: [
      {
        id: 'confirmed',
        label: 'Confirmed',
        trigger: { kind: 'consent', on: 'given', channel: doubleOptInChannel, topic: key },
      },
    ],
    timeout: { amount: days, unit: 'days' },
    lookBack: true,
  });
  const nodes = [
    node('entry', 'entry-event', `Asked for “${name}”`, { event: consentRequestedEvent, where: ofTopic as never }),
    node('ask', 'email', 'Ask to confirm', {
      subject: `Please confirm: ${inText(name)}`,
      body: mail(name, 'You signed up for this with your email address. Please confirm that it was you:'),
      ...asked(key),
    }),
    node('wait', 'wait-for-events', 'Wait for a yes', wait(2)),
    node('remind', 'email', 'Remind once', {
      subject: `Still to confirm: ${inText(name)}`,
      body: mail(name, 'You haven’t confirmed yet. Until you do, you get nothing about it:'),
      ...asked(key),
    }),
    node('last', 'wait-for-events', 'Wait once more', wait(5)),
    node('confirmed', 'exit', 'Exit: confirmed', { reason: 'confirmed' }),
    node('silent', 'exit', 'Exit: not confirmed', { reason: 'not confirmed' }),
  ];
  const edges = [
    { from: 'entry', port: 'next', to: 'ask' },
    { from: 'ask', port: 'queued', to: 'wait' },
    { from: 'wait', port: 'confirmed', to: 'confirmed' },
    { from: 'wait', port: 'timeout', to: 'remind' },
    { from: 'remind', port: 'queued', to: 'last' },
    { from: 'last', port: 'confirmed', to: 'confirmed' },
    { from: 'last', port: 'timeout', to: 'silent' },
  ];
  return {
    nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
    edges: edges.map((edge, index) => ({ id: `e${index + 1}`, ...edge })),
    settings: {
      // Whoever signs up again is asked again.
      reentry: { rule: 'always' },
      exitCriteria: [{ id: 'left', event: unsubscribedEvent, where: ofTopic }],
    },
  };
}

/** Not marketing: that does not go to people who have not confirmed. */
function asked(topic: string): JsonObject {
  return { messageClass: 'transactional', topic };
}

const places: Record<string, GraphNode['position']> = {
  entry: { x: 240, y: 0 },
  ask: { x: 240, y: 140 },
  wait: { x: 240, y: 280 },
  remind: { x: 480, y: 440 },
  last: { x: 480, y: 580 },
  confirmed: { x: 0, y: 740 },
  silent: { x: 480, y: 740 },
};

function node(id: string, type: string, name: string, config: JsonObject): GraphNode {
  return { id, type: `wend/${type}`, version: 1, name: name.slice(0, 120), config, position: places[id]! };
}

function mail(name: string, says: string): string {
  return [
    `<h1>${inHtml(name)}</h1>`,
    `<p>${says}</p>`,
    '<p><a href="{{ confirm_url }}">Confirm</a></p>',
    '<p>If it wasn’t you, there’s nothing to do.</p>',
  ].join('\n');
}

/** A name as text in Liquid: what looks like a tag is none. */
function inText(name: string): string {
  return name.replace(/[\r\n]+/g, ' ').replace(/\{([{%])/g, '{ $1');
}

function inHtml(name: string): string {
  return inText(name).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One step of each kind, as the histories of runs that take it are looked at. */
import { graphOf } from '../../graphs.mjs';

const second = { amount: 1, unit: 'seconds' };
const week = { amount: 7, unit: 'days' };
const onTrait = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'gold' };
const choices = [
  { id: 'yes', label: 'Yes' },
  { id: 'no', label: 'No' },
];
const happens = (event) => ({ kind: 'event', event });
/** What a run that waits for it is told. */
export const awaited = 'Language Awaited';
export const alsoAwaited = 'Language Also Awaited';

const entry = (event, next) => ({ id: 'entry', type: 'wend/entry-event', config: { event }, to: { next } });
export const end = { id: 'end', type: 'wend/exit', config: { reason: 'done' } };
const rest = { id: 'rest', type: 'wend/wait', config: { duration: second } };

/** An entry, the step, and an end; `later`: with a wait of a second before the step. */
export const graphWith = (event, { config, type, ports = ['next'], before = [], to }, { later = false } = {}) => {
  const steps = [
    ...(later ? [rest] : []),
    ...before,
    ...(type ? [{ id: 'node', type, config, to: to ?? Object.fromEntries(ports.map((port) => [port, 'end'])) }] : []),
    end,
  ];
  const linked = steps.map((step, index) =>
    step.to || step === end ? step : { ...step, to: { next: steps[index + 1].id } },
  );
  return graphOf([entry(event, linked[0].id), ...linked]);
};

const waitForEvents = (events, timeout) => ({
  type: 'wend/wait-for-events',
  config: { events, timeout, lookBack: false },
  ports: [...events.map(({ id }) => id), 'timeout'],
});

/**
 * `waits`: a time or somebody; the others wait for nothing. `asks`: it needs an answer of the database that no other step
 * needs. `calls`: another system. `by`: what has to happen to a run that waits.
 */
export const stepKinds = ({ url, segment, manual, other, event }) => [
  {
    kind: 'branch',
    type: 'wend/branch',
    config: { branches: [{ id: 'gold', label: 'Gold', rule: onTrait }] },
    ports: ['gold', 'else'],
  },
  {
    kind: 'audience split',
    type: 'wend/audience-split',
    config: { audiences: [{ id: 'in', label: 'In', segment }] },
    ports: ['in', 'else'],
  },
  {
    kind: 'random split',
    type: 'wend/random-split',
    config: { arms: ['a', 'b'].map((id) => ({ id, label: id, weight: 1 })) },
    ports: ['a', 'b'],
  },
  {
    kind: 'first channel that reaches',
    type: 'wend/first-reachable',
    config: { channels: ['push', 'sms', 'email'].map((channel) => ({ id: channel, label: channel, channel })) },
    ports: ['push', 'sms', 'email', 'none'],
  },
  { kind: 'set trait', type: 'wend/set-trait', config: { traits: [{ name: 'tier', value: 'silver' }] } },
  {
    kind: 'change traits, by Liquid',
    type: 'wend/change-traits',
    config: { traits: [{ name: 'seen', do: 'append', value: '{{ entry.item }}', type: 'auto' }] },
    ports: ['next', 'failed'],
  },
  { kind: 'change segment', type: 'wend/change-segment', config: { change: 'add', segment: manual } },
  { kind: 'change consent', type: 'wend/change-consent', config: { state: 'unsubscribed', channel: 'sms' } },
  { kind: 'emit event', type: 'wend/emit-event', config: { event: `${event} Told`, properties: [] } },
  { kind: 'start journey', type: 'wend/start-journey', config: { journey: other, data: [] } },
  { kind: 'end journey', type: 'wend/end-journey', config: { journey: other } },
  {
    kind: 'for each of 3 people',
    type: 'wend/for-each',
    config: {
      who: { kind: 'list', ids: '{{ entry.others }}', idField: 'id' },
      journey: other,
      data: [],
      most: 10,
      once: 'run',
    },
  },
  {
    kind: 'set trait and go back, twice',
    before: [{ id: 'again', type: 'wend/set-trait', config: { traits: [{ name: 'tier', value: 'gold' }] } }],
    type: 'wend/go-back',
    config: { most: 2 },
    to: { again: 'again', over: 'end' },
  },
  {
    kind: 'email',
    type: 'wend/email',
    config: { subject: 'Hello', body: '<p>{{ profile.external_id }}</p>' },
    ports: ['queued'],
  },
  {
    kind: 'throttle',
    type: 'wend/throttle',
    config: { most: 5, within: { amount: 1, unit: 'days' } },
    ports: ['next', 'throttled'],
    asks: true,
  },
  { kind: 'wait for a time', type: 'wend/wait', config: { duration: second }, waits: true },
  {
    kind: 'wait for a window that is open',
    type: 'wend/wait-window',
    config: { windows: [{ from: '00:00', to: '00:00' }] },
    asks: true,
  },
  {
    kind: 'wait for events, one came',
    ...waitForEvents([{ id: 'one', label: 'One', trigger: happens(awaited) }], week),
    waits: true,
    by: 'events',
  },
  {
    kind: 'wait for events, two came together',
    ...waitForEvents(
      [
        {
          id: 'both',
          label: 'Both',
          trigger: happens(awaited),
          also: [{ trigger: happens(alsoAwaited), times: 1 }],
        },
      ],
      week,
    ),
    waits: true,
    by: 'events',
  },
  {
    kind: 'wait for events, time ran out',
    ...waitForEvents([{ id: 'one', label: 'One', trigger: happens('Never Sent') }], second),
    waits: true,
  },
  {
    kind: 'wait for a segment that they are in',
    ...waitForEvents(
      [{ id: 'in', label: 'In', trigger: { kind: 'segment', on: 'entered', segment, already: true } }],
      week,
    ),
    asks: true,
  },
  {
    kind: 'approval',
    type: 'wend/approval',
    config: { question: 'Go on?', choices, people: [], timeout: week },
    ports: ['yes', 'no', 'timeout'],
    waits: true,
    by: 'answer',
  },
  {
    kind: 'digest, who opens it',
    type: 'wend/digest',
    config: { duration: second, most: 100 },
    waits: true,
  },
  {
    kind: 'fetch data, one call',
    type: 'wend/fetch-data',
    config: { method: 'GET', url, headers: [], body: '', take: [{ name: 'balance', path: 'balance' }] },
    ports: ['ok', 'failed'],
    calls: true,
  },
];

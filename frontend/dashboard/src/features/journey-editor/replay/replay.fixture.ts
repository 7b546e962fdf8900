import { manifestsByKey } from '@wend/contract';
import type {
  Command,
  EnrollmentDetail,
  Graph,
  GraphNode,
  JsonObject,
  MessageDetail,
  NodeManifest,
  Program,
  ProfileEvent,
  Visit,
} from '@wend/contract';
import { simulate } from '@wend/engine';
import type { SimulatedEvent } from '@wend/engine';

const entered = Date.parse('2026-11-24T00:14:02.000Z');
export const day = 86_400_000;
export { entered as enteredAt };

function node(id: string, type: string, name: string, config: JsonObject = {}): GraphNode {
  return { id, type, version: 1, name, config, position: { x: 0, y: 0 } };
}

/** The journey of the drawings: sign-up, email, a wait for a first project, then a push, or a decision. */
const welcomeGraph: Graph = {
  nodes: {
    entry: node('entry', 'wend/entry-event', 'Signed up', { event: 'Signed Up' }),
    mail: node('mail', 'wend/email', 'Welcome email', { subject: 'You are in' }),
    wait: node('wait', 'wend/wait-for-events', 'Wait for a first project', {
      events: [{ id: 'created', label: 'Project Created' }],
      timeout: { amount: 1, unit: 'days' },
    }),
    push: node('push', 'wend/push', 'Nudge by push', { title: 'Your first project takes a minute' }),
    seat: node('seat', 'wend/branch', 'Bought a seat?', { branches: [{ id: 'paid', label: 'Paid' }] }),
    done: node('done', 'wend/exit', 'Exit: active', { reason: 'First project reached' }),
  },
  edges: [
    { id: 'e1', from: 'entry', port: 'next', to: 'mail' },
    { id: 'e2', from: 'mail', port: 'queued', to: 'wait' },
    { id: 'e3', from: 'wait', port: 'timeout', to: 'push' },
    { id: 'e4', from: 'wait', port: 'created', to: 'seat' },
    { id: 'e5', from: 'seat', port: 'else', to: 'done' },
  ],
  settings: { reentry: { rule: 'never' }, exitCriteria: [] },
};

const project = {
  op: 'compare',
  left: { source: 'property', path: 'template' },
  is: 'notEquals',
  value: 'blank',
} as const;
const paid = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'paid' } as const;

const welcomeProgram: Program = {
  format: 1,
  instructions: [
    { node: 'entry', enter: true, op: 'goto', target: { port: 'next', pc: 1 } },
    { node: 'mail', enter: true, op: 'send', channel: 'email', queued: { port: 'queued', pc: 2 } },
    {
      node: 'wait',
      enter: true,
      op: 'waitFor',
      arms: [{ event: 'Project Created', where: project, target: { port: 'created', pc: 4 } }],
      timeout: { seconds: 86_400, target: { port: 'timeout', pc: 3 } },
    },
    { node: 'push', enter: true, op: 'send', channel: 'push', queued: { port: 'queued', pc: -1 } },
    {
      node: 'seat',
      enter: true,
      op: 'branch',
      arms: [{ rule: paid, target: { port: 'paid', pc: -1 } }],
      otherwise: { port: 'else', pc: 5 },
      reads: [0],
    },
    { node: 'done', enter: true, op: 'end', reason: 'First project reached' },
  ],
  facts: [{ kind: 'trait', path: 'plan' }],
  firstReads: [],
  exits: [],
  names: {},
  entryPaths: [],
  eventPaths: { 'Project Created': ['template'] },
};

function manifest(
  type: string,
  category: NodeManifest['category'],
  ports: NodeManifest['ports'],
  more: Partial<NodeManifest> = {},
): NodeManifest {
  return {
    type,
    version: 1,
    title: type,
    description: '',
    category,
    ...(category === 'entry' ? { entry: 'event' } : {}),
    icon: 'circle',
    config: {},
    defaults: {},
    ports,
    summary: '',
    blocks: false,
    custom: false,
    ...more,
  };
}
const fixed = (id: string, label: string): NodeManifest['ports'] => ({ fixed: [{ id, label }] });

export const manifests = manifestsByKey([
  manifest('wend/entry-event', 'entry', fixed('next', 'Entered')),
  manifest('wend/email', 'message', fixed('queued', 'Sent'), { channel: 'email' }),
  manifest('wend/push', 'message', fixed('queued', 'Sent'), { channel: 'push' }),
  manifest(
    'wend/wait-for-events',
    'timing',
    { from: 'events', labelFrom: 'label', fixed: [{ id: 'timeout', label: 'After {timeout}' }] },
    { blocks: true },
  ),
  manifest('wend/branch', 'decision', { from: 'branches', labelFrom: 'label', fixed: [{ id: 'else', label: 'Else' }] }),
  manifest('wend/exit', 'exit', { fixed: [] }),
]);

const uuid = (last: number): string => `00000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

/** A recorded run, made by the engine itself: what the api would answer for it. */
export function runDetail({
  events = [],
  plan = 'free',
  until = entered + 3 * day,
}: { events?: SimulatedEvent[]; plan?: string; until?: number } = {}): EnrollmentDetail {
  const result = simulate({
    program: welcomeProgram,
    at: entered,
    seed: 'seed',
    entry: { name: 'Signed Up', properties: { plan: 'free' } },
    events,
    until,
    answer: () => plan,
  });
  const end = result.commands.find((command) => command.type === 'end');
  const visits = visitsOf(result.commands);
  const current = visits.find((visit) => visit.leftAt === null);
  return {
    id: uuid(1),
    journeyId: uuid(2),
    journeyName: 'Welcome series',
    version: 4,
    status: end?.outcome ?? 'running',
    profile: { id: uuid(3), name: 'Mina Park', externalId: 'mina', timeZone: 'Asia/Seoul' },
    origin: 'live',
    node: current?.node ?? null,
    nodeSince: current?.enteredAt ?? null,
    enteredAt: isoOf(entered),
    endedAt: end ? isoOf(end.at) : null,
    endReason: end?.reason ?? null,
    held: false,
    control: null,
    goals: [],
    goalHits: [],
    graph: welcomeGraph,
    program: welcomeProgram,
    entryNode: null,
    causedBy: null,
    programHash: 'hash',
    inside: {},
    others: [],
    steps: result.steps.map((step, index) => ({ step: index + 1, at: isoOf(step.at), inputs: step.inputs })),
    visits,
    actions: [],
    messages: messagesOf(result.commands),
    events: [
      profileEvent({ at: entered, name: 'Signed Up', properties: { plan: 'free' } }, 1),
      ...events.map((event, index) => profileEvent(event, index + 2)),
    ],
    workflowId: 'enrollment/1',
    wait: current?.node === 'wait' ? { until: isoOf(entered + day), events: ['Project Created'] } : null,
    runTime: isoOf(Math.max(until, end?.at ?? 0)),
    canFastForward: false,
    fastForward: null,
    unsubscribed: [],
  };
}

export function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** The simulator numbers events as they come. */
function profileEvent(event: SimulatedEvent, index: number): ProfileEvent {
  return {
    id: `event-${index}`,
    name: event.name,
    time: isoOf(event.at),
    receivedAt: isoOf(event.at),
    properties: event.properties ?? {},
    about: null,
  };
}

function visitsOf(commands: Command[]): Visit[] {
  const visits: Visit[] = [];
  for (const command of commands) {
    if (command.type === 'enter')
      visits.push({
        node: command.node,
        visit: command.visit,
        enteredAt: isoOf(command.at),
        leftAt: null,
        port: null,
        trace: null,
      });
    const open =
      command.type === 'leave'
        ? visits.find((visit) => visit.node === command.node && visit.visit === command.visit)
        : undefined;
    if (open && command.type === 'leave')
      Object.assign(open, { leftAt: isoOf(command.at), port: command.port, trace: command.trace ?? null });
  }
  // The api orders by time only; within one instant any order may come.
  return visits.reverse().sort((a, b) => Date.parse(a.enteredAt) - Date.parse(b.enteredAt));
}

const noAttempt = { sign: null, attempt: null, provider: null, connection: null, answer: null };

function messagesOf(commands: Command[]): MessageDetail[] {
  return commands.flatMap((command, index): MessageDetail[] => {
    if (command.type !== 'send') return [];
    const events = [
      { status: 'sent', at: isoOf(command.at + 1_000), detail: null, by: 'person' as const, ...noAttempt },
      {
        status: 'clicked',
        at: isoOf(command.at + 2_000),
        detail: 'https://shop.example',
        by: 'machine' as const,
        ...noAttempt,
        sign: 'burst' as const,
      },
      { status: 'delivered', at: isoOf(command.at + 3_000), detail: null, by: 'person' as const, ...noAttempt },
    ];
    return [
      {
        id: uuid(100 + index),
        channel: command.channel,
        status: 'delivered',
        reason: null,
        error: null,
        attempts: 1,
        nextAttemptAt: null,
        provider: 'sandbox',
        to: 'mina@example.com',
        title: 'Your first project takes a minute',
        profile: { id: uuid(3), name: 'Mina Park', timeZone: 'Asia/Seoul' },
        journey: { id: uuid(2), name: 'Welcome series' },
        enrollmentId: uuid(1),
        node: command.node,
        nodeName: welcomeGraph.nodes[command.node]?.name ?? command.node,
        origin: 'live',
        queuedAt: isoOf(command.at),
        sentAt: isoOf(command.at + 1_000),
        content:
          command.channel === 'push'
            ? { title: 'Your first project takes a minute', body: 'Pick a template and invite a teammate.' }
            : { from: 'hello@example.com', subject: 'You are in', html: '<p>Hello Mina</p>', text: 'Hello Mina' },
        events,
        visit: command.visit,
        resendNumber: 0,
        ruling: null,
        heldBack: null,
        siblings: [],
        resendRefusal: 'already-sent',
      },
    ];
  });
}

import {
  channelWords,
  manifestOf,
  messageEvents,
  portsOf,
  stepOf,
  unsubscribedEvent,
  wayOutAt,
} from '@wend/contract/plain';
import type {
  Command,
  EnrollmentDetail,
  GraphNode,
  StepInput,
  Instruction,
  JsonObject,
  Manifests,
  MessageDetail,
  ProfileEvent,
  Program,
  RunActionDetail,
  Trace,
  TraceClause,
  Visit,
} from '@wend/contract';
import { bindRule, evaluate } from '@wend/engine';
import { messageEventLabel } from '../../messages/event-words';
import type { Translator } from '@/i18n/translator';
import { exitProperties, exitWords } from './exit-words';
import { foldAgain } from './fold-again';
import type { FoldedInput, Proof } from './fold-again';
import type { ReplayTexts } from './replay-texts';

/**
 * An event of the person that did not move the run; `arms` are the ways out that it was tried on, with the reason it
 * does not count.
 */
export type IgnoredEvent = {
  event: ProfileEvent;
  at: number;
  node: string | null;
  arms: { port: string; trace: TraceClause | null }[];
};

type Common = { id: string; at: number; title: string; node: string | null };
/** A passing of the run through a node; `number` counts visits from 1 as the canvas shows them. */
export type VisitMoment = Common & {
  kind: 'visit';
  node: string;
  visit: number;
  number: number;
  leftAt: number | null;
  port: string | null;
  portLabel: string | null;
  inputs: StepInput[];
  trace: Trace | null;
  /** The version in which it ended, or goes on. */
  version: number;
  messages: MessageDetail[];
  actions: RunActionDetail[];
  ignoredEvents: IgnoredEvent[];
  /** The run had left early by then: it undoes what an earlier step did. */
  undoing: boolean;
};
export type Moment =
  | VisitMoment
  | (Common & { kind: 'ignored'; ignored: IgnoredEvent })
  | (Common & { kind: 'message'; message: MessageDetail; state: string })
  | (Common & { kind: 'left'; event: ProfileEvent; channel: string })
  | (Common & { kind: 'end'; reason: string | null; outcome: EnrollmentDetail['status'] });

export type Replay = {
  /** Everything on the time line, in order. */
  moments: Moment[];
  /** Only the visits, in the order they were made. */
  path: VisitMoment[];
  proof: Proof;
  startedAt: number;
  endedAt: number | null;
};

type PortLabelOfOptions = {
  node: GraphNode | undefined;
  port: string;
  manifests: Manifests;
};

/**
 * The label of a port of a node as the canvas shows it, but of what was only queued never “Sent”; the port's id where
 * the node or the port is no longer known.
 */
export function portLabelOf(t: Translator<'editor-runs.ports'>, { node, port, manifests }: PortLabelOfOptions): string {
  if (wayOutAt(node)) return port === 'done' ? t('done') : port;
  const manifest = node ? manifestOf(manifests, node) : undefined;
  if (!node || !manifest) return port;
  if (manifest.channel && port === 'queued') return t('queued');
  const label = portsOf(manifest, node.config).find((each) => each.id === port)?.label;
  return label ?? (port === 'error' || port === 'joined' || port === 'inside' ? t(port) : port);
}

type BuildReplayOptions = { texts: ReplayTexts; detail: EnrollmentDetail; manifests: Manifests };

/**
 * The model behind replay: what happened to one person, in order, each moment with what it was decided from. Pure;
 * times in ms since 1970 (the run's time). Nothing is worked out from the journey's present draft: graph and program
 * are those of the run.
 */
export function buildReplay({ texts, detail, manifests }: BuildReplayOptions): Replay {
  const { proof, inputs, commands, versions } = foldAgain(detail);
  const order = new Map(
    commands
      .flatMap((command) => (command.type === 'enter' ? [`${command.node}#${command.visit}`] : []))
      .map((key, index) => [key, index]),
  );
  const visits = orderVisits({ visits: detail.visits, order, edges: detail.graph.edges });
  const undone = undoneIn(commands);
  const path = visits.map((visit, index) =>
    visitMoment({ texts, detail, manifests, visit, number: index + 1, inputs, undone, versions }),
  );
  const ignored = ignoredEvents({ detail, path, results: resultsBefore(commands) });
  for (const each of ignored) momentAt(path, each.at)?.ignoredEvents.push(each);
  const startedAt = path[0]?.at ?? Date.parse(detail.enteredAt);
  const endedAt = detail.endedAt === null ? null : Date.parse(detail.endedAt);
  const moments: Moment[] = [
    ...path,
    ...ignored.map((each): Moment => ({
      kind: 'ignored',
      id: `event:${each.event.id}`,
      at: each.at,
      title: texts.replay('model.ignored', { event: each.event.name }),
      node: each.node,
      ignored: each,
    })),
    ...detail.messages.flatMap((message) => messageMoments({ texts, message, detail })),
    ...leftMoments({ texts, detail, path }),
    ...endMoment({ texts, detail, path, endedAt }),
  ];
  return { moments: sortMoments(moments), path, proof, startedAt, endedAt };
}

type OrderVisitsOptions = {
  visits: Visit[];
  order: Map<string, number>;
  edges: EnrollmentDetail['graph']['edges'];
};

/** Several nodes are passed in one instant: the fold knows their order; without it the edges do. */
function orderVisits({ visits, order, edges }: OrderVisitsOptions): Visit[] {
  const keyOf = (visit: Visit): string => `${visit.node}#${visit.visit}`;
  if (visits.every((visit) => order.has(keyOf(visit))))
    return [...visits].sort((a, b) => (order.get(keyOf(a)) ?? 0) - (order.get(keyOf(b)) ?? 0));
  const rest = [...visits].sort((a, b) => Date.parse(a.enteredAt) - Date.parse(b.enteredAt) || a.visit - b.visit);
  const found: Visit[] = [];
  while (rest.length > 0) {
    const last = found.at(-1);
    const next = last && edges.find((edge) => edge.from === last.node && edge.port === last.port)?.to;
    const same = rest.filter((visit) => visit.enteredAt === rest[0]?.enteredAt);
    const targets = new Set(
      edges.filter((edge) => same.some((visit) => visit.node === edge.from)).map((edge) => edge.to),
    );
    const pick = same.find((visit) => visit.node === next) ?? same.find((visit) => !targets.has(visit.node)) ?? rest[0];
    if (!pick) break;
    found.push(...rest.splice(rest.indexOf(pick), 1));
  }
  return found;
}

type VisitMomentOptions = {
  texts: ReplayTexts;
  detail: EnrollmentDetail;
  manifests: Manifests;
  visit: Visit;
  number: number;
  inputs: FoldedInput[];
  undone: ReadonlySet<string>;
  versions: ReadonlyMap<string, number>;
};

/** The visits to steps that undid others, after the run had left early. */
function undoneIn(commands: readonly Command[]): ReadonlySet<string> {
  const left = commands.findIndex(({ type }) => type === 'leaving');
  const after = left < 0 ? [] : commands.slice(left);
  return new Set(after.flatMap((command) => (command.type === 'enter' ? [`${command.node}#${command.visit}`] : [])));
}

/** The run with graph and program of one of the versions that it was in. */
export function inVersion(detail: EnrollmentDetail, version: number): EnrollmentDetail {
  const other = detail.others.find((each) => each.version === version);
  if (!other) return detail;
  const { version: present, graph, inside, program, programHash } = detail;
  const others = detail.others.map((each) =>
    each === other ? { version: present, graph, inside, program, programHash } : each,
  );
  return { ...detail, ...other, others };
}

function visitMoment({
  texts,
  detail,
  manifests,
  visit,
  number,
  inputs,
  undone,
  versions,
}: VisitMomentOptions): VisitMoment {
  const version = versions.get(`${visit.node}#${visit.visit}`) ?? detail.version;
  const node = stepOf(inVersion(detail, version), visit.node);
  return {
    kind: 'visit',
    id: `visit:${visit.node}#${visit.visit}`,
    node: visit.node,
    visit: visit.visit,
    number,
    at: Date.parse(visit.enteredAt),
    leftAt: visit.leftAt === null ? null : Date.parse(visit.leftAt),
    title: node?.name || visit.node,
    port: visit.port,
    portLabel: visit.port === null ? null : portLabelOf(texts.ports, { node, port: visit.port, manifests }),
    inputs: inputs.filter((each) => each.node === visit.node && each.visit === visit.visit).map((each) => each.input),
    trace: (visit.trace as Trace | null) ?? null,
    messages: detail.messages.filter((message) => message.node === visit.node && message.visit === visit.visit),
    actions: detail.actions.filter((action) => action.node === visit.node && action.visit === visit.visit),
    ignoredEvents: [],
    undoing: undone.has(`${visit.node}#${visit.visit}`),
    version,
  };
}

function momentAt(path: VisitMoment[], at: number): VisitMoment | undefined {
  return path.findLast((moment) => moment.at <= at);
}

const messageEventNames = new Set<string>(Object.values(messageEvents));

/** What earlier steps had come to when each visit began: filters of its wait may compare with them. */
function resultsBefore(commands: readonly Command[]): ReadonlyMap<string, JsonObject> {
  let results: JsonObject = {};
  const found = new Map<string, JsonObject>();
  for (const command of commands) {
    if (command.type === 'output') results = { ...results, [command.node]: command.output };
    if (command.type === 'enter') found.set(`${command.node}#${command.visit}`, results);
  }
  return found;
}

type IgnoredEventsOptions = {
  detail: EnrollmentDetail;
  path: VisitMoment[];
  results: ReadonlyMap<string, JsonObject>;
};

function ignoredEvents({ detail, path, results }: IgnoredEventsOptions): IgnoredEvent[] {
  const inputs = detail.steps.flatMap((step) => step.inputs as StepInput[]);
  const taken = new Set(
    inputs.flatMap((input) =>
      input.type === 'enrolled' ? [input.entry.id] : 'event' in input ? [input.event.id] : [],
    ),
  );
  const from = Date.parse(detail.enteredAt);
  const to = Date.parse(detail.endedAt ?? detail.runTime);
  const entry = inputs.find((input) => input.type === 'enrolled')?.entry.properties ?? {};
  return (
    detail.events
      // What became of messages stands on the time line as states of the message.
      .filter((event) => !taken.has(event.id) && !messageEventNames.has(event.name) && !isLeaving(event))
      .map((event) => ({ event, at: Date.parse(event.time) }))
      .filter(({ at }) => at >= from && at <= to)
      .sort((a, b) => a.at - b.at)
      .map(({ event, at }) => {
        const visited = momentAt(path, at);
        const node = visited?.node ?? null;
        const run = results.get(`${visited?.node}#${visited?.visit}`) ?? {};
        const program = inVersion(detail, visited?.version ?? detail.version).program as Program | null;
        return { event, at, node, arms: triedArms({ program, node, event, scene: { entry, run } }) };
      })
  );
}

type TriedArmsOptions = {
  program: Program | null;
  node: string | null;
  event: ProfileEvent;
  scene: { entry: JsonObject; run: JsonObject };
};

function triedArms({ program, node, event, scene }: TriedArmsOptions): IgnoredEvent['arms'] {
  const waits = (program?.instructions ?? []).filter(
    (each): each is Extract<Instruction, { op: 'waitFor' }> => each.op === 'waitFor' && each.node === node,
  );
  return waits
    .flatMap((wait) => wait.arms)
    .filter((arm) => arm.event === event.name && !arm.messageOf)
    .map((arm) => ({
      port: arm.target.port,
      trace: arm.where ? evaluate(bindRule(arm.where, scene), { property: event.properties }) : null,
    }));
}

const shownStates = new Set(['delivered', 'opened', 'clicked', 'failed', 'bounced', 'suppressed', 'unknown']);

type MessageMomentsOptions = { texts: ReplayTexts; message: MessageDetail; detail: EnrollmentDetail };

function messageMoments({ texts, message, detail }: MessageMomentsOptions): Moment[] {
  const name = stepOf(detail, message.node)?.name || message.nodeName;
  return (
    message.events
      // Scanners open and click too: that moved nothing.
      .filter((event) => shownStates.has(event.status) && event.by === 'person')
      .map((event, index): Moment => ({
        kind: 'message',
        id: `message:${message.id}:${index}`,
        at: Date.parse(event.at),
        title: texts.replay('model.messageState', { step: name, state: messageEventWords(texts, event.status) }),
        node: message.node,
        message,
        state: event.status,
      }))
  );
}

/** A state within a line: `delivered`, `not sent`. */
export function messageEventWords({ badge }: ReplayTexts, status: string): string {
  return messageEventLabel(badge, { event: status }).toLowerCase();
}

/** Wend's own event, not one of that name from elsewhere. */
function isLeaving(event: ProfileEvent): boolean {
  return event.name === unsubscribedEvent && event.about !== null;
}

/** That the person left a channel meanwhile, by whichever message. */
type LeftMomentsOptions = { texts: ReplayTexts; detail: EnrollmentDetail; path: VisitMoment[] };

function leftMoments({ texts: { replay: t }, detail, path }: LeftMomentsOptions): Moment[] {
  const to = Date.parse(detail.endedAt ?? detail.runTime);
  return detail.events
    .filter(isLeaving)
    .map((event) => ({ event, at: Date.parse(event.time) }))
    .filter(({ at }) => at >= Date.parse(detail.enteredAt) && at <= to)
    .map(({ event, at }): Moment => {
      const channel = event.about ? channelWords(event.about.channel) : t('model.messages');
      return {
        kind: 'left',
        id: `left:${event.id}`,
        at,
        title: t('model.unsubscribed', { channel }),
        node: momentAt(path, at)?.node ?? null,
        event,
        channel,
      };
    });
}

type EndMomentOptions = {
  texts: ReplayTexts;
  detail: EnrollmentDetail;
  path: VisitMoment[];
  endedAt: number | null;
};

/** A run that ends in its last node needs no second mark for the same instant. */
function endMoment({ texts: { replay: t }, detail, path, endedAt }: EndMomentOptions): Moment[] {
  const last = path.at(-1);
  if (
    endedAt === null ||
    (last?.trace?.kind === 'end' && !last.undoing && last.leftAt === endedAt && last.at === endedAt)
  )
    return [];
  return [
    {
      kind: 'end',
      id: 'end',
      at: endedAt,
      title: endTitle(t, detail),
      node: null,
      reason: endWords(t, detail),
      outcome: detail.status,
    },
  ];
}

function endTitle(t: ReplayTexts['replay'], detail: EnrollmentDetail): string {
  const { status } = detail;
  const reason = endWords(t, detail);
  if (status === 'completed') return reason ?? t('model.reachedEnd');
  const outcome = t(status === 'exited' || status === 'failed' ? `model.${status}` : 'model.cancelled');
  return reason ? t('model.because', { outcome, reason }) : outcome;
}

/** Why a run ended, in words: exit criteria are recorded by their id and said by what the person did. */
export function endWords(
  t: ReplayTexts['replay'],
  { status, endReason, graph, steps }: Pick<EnrollmentDetail, 'status' | 'endReason' | 'graph' | 'steps'>,
): string | null {
  const exit =
    status === 'exited' ? exitWords({ t, graph, criterion: endReason, properties: exitProperties({ steps }) }) : null;
  return exit ?? endReason;
}

const kindOrder: Record<Moment['kind'], number> = { visit: 0, message: 1, left: 2, ignored: 3, end: 4 };

function sortMoments(moments: Moment[]): Moment[] {
  return moments
    .map((moment, index) => ({ moment, index }))
    .sort(
      (a, b) => a.moment.at - b.moment.at || kindOrder[a.moment.kind] - kindOrder[b.moment.kind] || a.index - b.index,
    )
    .map(({ moment }) => moment);
}

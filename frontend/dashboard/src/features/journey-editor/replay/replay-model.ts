import { manifestOf, messageEvents, portsOf } from '@wend/contract/plain';
import type { EnrollmentDetail, GraphNode, Input, Instruction, Manifests, MessageDetail, ProfileEvent, Program, Trace, TraceClause, Visit } from '@wend/contract';
import { bindRule, evaluate } from '@wend/engine';
import { foldAgain } from './fold-again';
import type { FoldedInput, Proof } from './fold-again';

/** An event of the person that did not move the run; `arms` are the ways out that it was tried on, with the reason it does not count. */
export type IgnoredEvent = { event: ProfileEvent; at: number; node: string | null; arms: { port: string; trace: TraceClause | null }[] };

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
  inputs: Input[];
  trace: Trace | null;
  messages: MessageDetail[];
  ignoredEvents: IgnoredEvent[];
};
export type Moment =
  | VisitMoment
  | (Common & { kind: 'ignored'; ignored: IgnoredEvent })
  | (Common & { kind: 'message'; message: MessageDetail; state: string })
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

/** The label of a port of a node as the canvas shows it; the port's id where the node or the port is no longer known. */
export function portLabelOf({ node, port, manifests }: { node: GraphNode | undefined; port: string; manifests: Manifests }): string {
  const manifest = node ? manifestOf(manifests, node) : undefined;
  if (!node || !manifest) return port;
  return portsOf(manifest, node.config).find((each) => each.id === port)?.label ?? (port === 'error' ? 'Error' : port);
}

/**
 * The model behind replay: what happened to one person, in order, each moment with what it was decided from. Pure; times in ms since 1970
 * (the run's time). Nothing is worked out from the journey's present draft: graph and program are those of the run.
 */
export function buildReplay({ detail, manifests }: { detail: EnrollmentDetail; manifests: Manifests }): Replay {
  const { proof, inputs, commands } = foldAgain(detail);
  const order = new Map(commands.flatMap((command) => (command.type === 'enter' ? [`${command.node}#${command.visit}`] : [])).map((key, index) => [key, index]));
  const visits = orderVisits({ visits: detail.visits, order, edges: detail.graph.edges });
  const path = visits.map((visit, index) => visitMoment({ detail, manifests, visit, number: index + 1, inputs, visits }));
  const ignored = ignoredEvents({ detail, path });
  for (const each of ignored) momentAt(path, each.at)?.ignoredEvents.push(each);
  const startedAt = path[0]?.at ?? Date.parse(detail.enteredAt);
  const endedAt = detail.endedAt === null ? null : Date.parse(detail.endedAt);
  const moments: Moment[] = [
    ...path,
    ...ignored.map((each): Moment => ({ kind: 'ignored', id: `event:${each.event.id}`, at: each.at, title: `${each.event.name} ignored`, node: each.node, ignored: each })),
    ...detail.messages.flatMap((message) => messageMoments({ message, detail })),
    ...endMoment({ detail, path, endedAt }),
  ];
  return { moments: sortMoments(moments), path, proof, startedAt, endedAt };
}

/** Several nodes are passed in one instant: the fold knows their order; without it the edges do. */
function orderVisits({ visits, order, edges }: { visits: Visit[]; order: Map<string, number>; edges: EnrollmentDetail['graph']['edges'] }): Visit[] {
  const keyOf = (visit: Visit): string => `${visit.node}#${visit.visit}`;
  if (visits.every((visit) => order.has(keyOf(visit)))) return [...visits].sort((a, b) => (order.get(keyOf(a)) ?? 0) - (order.get(keyOf(b)) ?? 0));
  const rest = [...visits].sort((a, b) => Date.parse(a.enteredAt) - Date.parse(b.enteredAt) || a.visit - b.visit);
  const found: Visit[] = [];
  while (rest.length > 0) {
    const last = found.at(-1);
    const next = last && edges.find((edge) => edge.from === last.node && edge.port === last.port)?.to;
    const same = rest.filter((visit) => visit.enteredAt === rest[0]?.enteredAt);
    const targets = new Set(edges.filter((edge) => same.some((visit) => visit.node === edge.from)).map((edge) => edge.to));
    const pick = same.find((visit) => visit.node === next) ?? same.find((visit) => !targets.has(visit.node)) ?? rest[0];
    if (!pick) break;
    found.push(...rest.splice(rest.indexOf(pick), 1));
  }
  return found;
}

function visitMoment({ detail, manifests, visit, number, inputs, visits }: { detail: EnrollmentDetail; manifests: Manifests; visit: Visit; number: number; inputs: FoldedInput[]; visits: Visit[] }): VisitMoment {
  const node = detail.graph.nodes[visit.node];
  return {
    kind: 'visit', id: `visit:${visit.node}#${visit.visit}`, node: visit.node, visit: visit.visit, number,
    at: Date.parse(visit.enteredAt), leftAt: visit.leftAt === null ? null : Date.parse(visit.leftAt),
    title: node?.name || visit.node,
    port: visit.port, portLabel: visit.port === null ? null : portLabelOf({ node, port: visit.port, manifests }),
    inputs: inputs.filter((each) => each.node === visit.node && each.visit === visit.visit).map((each) => each.input),
    trace: (visit.trace as Trace | null) ?? null,
    messages: detail.messages.filter((message) => message.node === visit.node && visitOfMessage({ message, visits }) === visit),
    ignoredEvents: [],
  };
}

/** A message carries its node, not its visit: it belongs to the last visit that had begun when it was queued. */
function visitOfMessage({ message, visits }: { message: MessageDetail; visits: Visit[] }): Visit | undefined {
  const own = visits.filter((visit) => visit.node === message.node);
  return own.findLast((visit) => Date.parse(visit.enteredAt) <= Date.parse(message.queuedAt)) ?? own[0];
}

function momentAt(path: VisitMoment[], at: number): VisitMoment | undefined {
  return path.findLast((moment) => moment.at <= at);
}

const messageEventNames = new Set<string>(Object.values(messageEvents));

function ignoredEvents({ detail, path }: { detail: EnrollmentDetail; path: VisitMoment[] }): IgnoredEvent[] {
  const inputs = detail.steps.flatMap((step) => step.inputs as Input[]);
  const taken = new Set(inputs.flatMap((input) => (input.type === 'enrolled' ? [input.entry.id] : 'event' in input ? [input.event.id] : [])));
  const from = Date.parse(detail.enteredAt);
  const to = Date.parse(detail.endedAt ?? detail.runTime);
  const entry = inputs.find((input) => input.type === 'enrolled')?.entry.properties ?? {};
  return detail.events
    // What became of messages stands on the time line as states of the message.
    .filter((event) => !taken.has(event.id) && !messageEventNames.has(event.name))
    .map((event) => ({ event, at: Date.parse(event.time) }))
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at)
    .map(({ event, at }) => {
      const node = momentAt(path, at)?.node ?? null;
      return { event, at, node, arms: triedArms({ program: detail.program as Program | null, node, event, entry }) };
    });
}

function triedArms({ program, node, event, entry }: { program: Program | null; node: string | null; event: ProfileEvent; entry: ProfileEvent['properties'] }): IgnoredEvent['arms'] {
  const waits = (program?.instructions ?? []).filter((each): each is Extract<Instruction, { op: 'waitFor' }> => each.op === 'waitFor' && each.node === node);
  return waits
    .flatMap((wait) => wait.arms)
    .filter((arm) => arm.event === event.name && !arm.messageOf)
    .map((arm) => ({ port: arm.target.port, trace: arm.where ? evaluate(bindRule(arm.where, { entry, run: {} }), { property: event.properties }) : null }));
}

const shownStates = new Set(['delivered', 'opened', 'clicked', 'failed', 'bounced', 'suppressed', 'unknown']);

function messageMoments({ message, detail }: { message: MessageDetail; detail: EnrollmentDetail }): Moment[] {
  const name = detail.graph.nodes[message.node]?.name || message.nodeName;
  return message.events
    .filter((event) => shownStates.has(event.status))
    .map((event, index): Moment => ({ kind: 'message', id: `message:${message.id}:${index}`, at: Date.parse(event.at), title: `${name}: ${event.status}`, node: message.node, message, state: event.status }));
}

/** A run that ends in its last node needs no second mark for the same instant. */
function endMoment({ detail, path, endedAt }: { detail: EnrollmentDetail; path: VisitMoment[]; endedAt: number | null }): Moment[] {
  const last = path.at(-1);
  if (endedAt === null || (last?.trace?.kind === 'end' && last.leftAt === endedAt && last.at === endedAt)) return [];
  return [{ kind: 'end', id: 'end', at: endedAt, title: endTitle(detail), node: null, reason: endWords(detail), outcome: detail.status }];
}

function endTitle(detail: EnrollmentDetail): string {
  const { status } = detail;
  const reason = endWords(detail);
  if (status === 'completed') return reason ?? 'Reached the end';
  const outcome = status === 'exited' ? 'Left the journey' : status === 'failed' ? 'Failed' : 'Ended by hand';
  return reason ? `${outcome}: ${reason}` : outcome;
}

/** Why a run ended, in words: exit criteria are recorded by their id and said by their event. */
export function endWords({ status, endReason, graph }: Pick<EnrollmentDetail, 'status' | 'endReason' | 'graph'>): string | null {
  const criterion = status === 'exited' ? graph.settings.exitCriteria.find((each) => each.id === endReason) : undefined;
  return criterion ? `${criterion.event} happened` : endReason;
}

const kindOrder: Record<Moment['kind'], number> = { visit: 0, message: 1, ignored: 2, end: 3 };

function sortMoments(moments: Moment[]): Moment[] {
  return moments
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => a.moment.at - b.moment.at || kindOrder[a.moment.kind] - kindOrder[b.moment.kind] || a.index - b.index)
    .map(({ moment }) => moment);
}

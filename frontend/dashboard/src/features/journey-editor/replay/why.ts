import { channelWords, operandWords, ruleWords } from '@wend/contract/plain';
import type { EnrollmentDetail, Instruction, JsonObject, Manifests, Program, TraceClause } from '@wend/contract';
import { formatShare, formatTime } from '../runs/format';
import { portLabelOf } from './replay-model';
import type { IgnoredEvent, VisitMoment } from './replay-model';
import { spanWords, valueWords } from './value-words';

/** One line of a reason: whether it held, what was asked, and what was seen. `info` lines state something that was not a question. */
export type WhyRow = { result: 'yes' | 'no' | 'info'; strong?: string; text: string; seen?: string; rows?: WhyRow[] };
export type Why = { title: string; rows: WhyRow[] };

type Scene = { detail: EnrollmentDetail; manifests: Manifests; zone: string | null };

/** Why a run left a node the way it did (or why it is still there), answered clause by clause with the values that were seen. */
export function whyOf({ moment, ...scene }: Scene & { moment: VisitMoment }): Why {
  const { trace } = moment;
  if (moment.leftAt === null) return { title: 'What this run waits for', rows: waitingRows({ moment, ...scene }) };
  const title = moment.port === null ? 'Why the run ended here' : `Why they left by “${moment.portLabel}”`;
  const entered = moment.inputs.find((input) => input.type === 'enrolled');
  if (entered) return { title: 'Why they came in', rows: [{ result: 'yes', strong: entered.entry.name, text: 'happened', seen: eventSeen({ event: entered.entry, zone: scene.zone }) }, ...(trace ? traceRows({ moment, ...scene }) : [])] };
  const rows = trace ? traceRows({ moment, ...scene }) : [];
  return { title, rows: rows.length > 0 ? rows : [{ result: 'info', text: 'This node has one way out.' }] };
}

function traceRows(scene: Scene & { moment: VisitMoment }): WhyRow[] {
  const { moment, zone } = scene;
  const { trace } = moment;
  switch (trace?.kind) {
    case 'branch':
      return [...trace.arms.map((arm): WhyRow => ({ result: arm.trace.result ? 'yes' : 'no', strong: label(scene, arm.port), text: '', rows: clauseRows(arm.trace) })), ...otherwiseRow(scene)];
    case 'split':
      return [{ result: 'yes', strong: moment.portLabel ?? '', text: splitWords(scene), seen: `drawn once for this run and node: ${formatShare(trace.draw)} of the way` }];
    case 'event':
      return [{ result: 'yes', strong: trace.event.name, text: 'happened', seen: eventSeen({ event: trace.event, zone }), ...(trace.trace ? { rows: clauseRows(trace.trace) } : {}) }];
    case 'timer':
      return [...unmetRows(scene), { result: 'yes', text: `${spanWords(trace.due - moment.at)} passed`, seen: timerSeen({ trace, zone }) }];
    case 'reachable':
      return [{ result: trace.reachable ? 'yes' : 'no', text: `Reachable by ${channelWords(trace.channel)}`, seen: trace.reachable ? 'an address or device is known and wanted' : 'no address or device that may be used was known at that time' }];
    case 'call':
      return [callRow(scene, trace)];
    case 'exit':
      return [{ result: 'yes', strong: trace.event.name, text: 'met an exit criterion', seen: eventSeen({ event: trace.event, zone }) }];
    case 'end':
      return [{ result: 'info', text: 'The journey ends here', seen: trace.reason }];
    default:
      return [];
  }
}

function callRow({ moment }: { moment: VisitMoment }, trace: { output?: unknown; error?: { code: string; message: string } }): WhyRow {
  if (trace.error) return { result: 'no', strong: trace.error.code, text: 'came back from the node', seen: trace.error.message };
  return { result: 'yes', text: `The node answered “${moment.portLabel ?? ''}”`, ...(trace.output === undefined ? {} : { seen: JSON.stringify(trace.output) }) };
}

/** "Else" is a reason too: nothing above held. */
function otherwiseRow(scene: Scene & { moment: VisitMoment }): WhyRow[] {
  const { trace } = scene.moment;
  if (trace?.kind !== 'branch' || trace.arms.some((arm) => arm.trace.result)) return [];
  return [{ result: 'yes', strong: scene.moment.portLabel ?? trace.port, text: 'because nothing above held' }];
}

/** The ways out that did not come true before the time was over, each with the events that came near. */
function unmetRows({ moment, ...scene }: Scene & { moment: VisitMoment }): WhyRow[] {
  return armsOf({ ...scene, moment }).map((arm) => {
    const near = moment.ignoredEvents.flatMap((event) => event.arms.filter((each) => each.port === arm.target.port).map((each) => ({ event, trace: each.trace })));
    return { result: 'no', ...armWords({ ...scene, moment, arm }), seen: near.length === 0 ? 'not seen' : nearWords({ near, zone: scene.zone }) };
  });
}

function nearWords({ near, zone }: { near: { event: IgnoredEvent; trace: TraceClause | null }[]; zone: string | null }): string {
  const last = near.at(-1);
  if (!last) return 'not seen';
  const times = near.length === 1 ? 'seen once' : `seen ${near.length} times, last`;
  const values = last.trace ? failedClauses(last.trace).flatMap((clause) => clause.rule.op === 'compare' ? [`${operandWords(clause.rule.left)} = ${valueWords(clause.seen, clause.rule.left)}`] : []) : [];
  return `${times}, ${formatTime(last.event.at, { style: 'day', zone })}${values.length > 0 ? `: ${values.join(', ')}` : ''} → does not count`;
}

function failedClauses(trace: TraceClause): TraceClause[] {
  if (trace.rule.op === 'compare') return trace.result ? [] : [trace];
  return (trace.clauses ?? []).flatMap((clause) => (clause.rule.op === 'compare' && trace.rule.op === 'not' ? [clause] : failedClauses(clause)));
}

function waitingRows({ moment, ...scene }: Scene & { moment: VisitMoment }): WhyRow[] {
  const rows: WhyRow[] = armsOf({ ...scene, moment }).map((arm) => ({ result: 'info', ...armWords({ ...scene, moment, arm }), seen: 'not seen yet' }));
  const until = scene.detail.wait?.until;
  if (until) rows.push({ result: 'info', text: `Until ${formatTime(until, { style: 'date-seconds', zone: scene.zone })}`, seen: `${spanWords(Math.max(0, Date.parse(until) - Date.parse(scene.detail.runTime)))} to go` });
  if (scene.detail.held) rows.push({ result: 'info', text: 'The journey is paused', seen: 'something came due meanwhile; it happens when the journey is resumed' });
  return rows.length > 0 ? rows : [{ result: 'info', text: 'The node is at work' }];
}

function armsOf({ detail, moment }: { detail: EnrollmentDetail; moment: VisitMoment }): Extract<Instruction, { op: 'waitFor' }>['arms'] {
  const program = detail.program as Program | null;
  const wait = program?.instructions.find((each): each is Extract<Instruction, { op: 'waitFor' }> => each.op === 'waitFor' && each.node === moment.node);
  return wait?.arms ?? [];
}

function armWords({ detail, arm }: Scene & { moment: VisitMoment; arm: ReturnType<typeof armsOf>[number] }): { strong: string; text: string } {
  const source = arm.messageOf ? detail.graph.nodes[arm.messageOf]?.name : undefined;
  const where = arm.where ? `with ${ruleWords(arm.where)}` : '';
  return { strong: arm.event, text: [source ? `for “${source}”` : '', where].filter(Boolean).join(' ') };
}

/** The clauses of a rule, flat where only `all` or `any` surround them. */
export function clauseRows(trace: TraceClause): WhyRow[] {
  if (trace.rule.op === 'compare') return [clauseRow(trace)];
  if (!trace.clauses || trace.clauses.length === 0) return [{ result: trace.result ? 'yes' : 'no', text: ruleWords(trace.rule) }];
  if (trace.rule.op === 'not') return [{ result: trace.result ? 'yes' : 'no', text: 'not', rows: trace.clauses.flatMap(clauseRows) }];
  const nested = trace.clauses.flatMap((clause) => (clause.rule.op === 'compare' ? [clauseRow(clause)] : [{ result: clause.result ? 'yes' : 'no', text: clause.rule.op === 'any' ? 'any of' : clause.rule.op === 'all' ? 'all of' : 'not', rows: (clause.clauses ?? []).flatMap(clauseRows) } satisfies WhyRow]));
  return trace.rule.op === 'any' && nested.length > 1 ? [{ result: trace.result ? 'yes' : 'no', text: 'any of', rows: nested }] : nested;
}

function clauseRow(trace: TraceClause): WhyRow {
  return { result: trace.result ? 'yes' : 'no', text: ruleWords(trace.rule), seen: `saw ${valueWords(trace.seen, trace.rule.op === 'compare' ? trace.rule.left : undefined)}` };
}

function label({ detail, manifests, moment }: Scene & { moment: VisitMoment }, port: string): string {
  return portLabelOf({ node: detail.graph.nodes[moment.node], port, manifests });
}

function splitWords({ detail, moment }: Scene & { moment: VisitMoment }): string {
  const program = detail.program as Program | null;
  const split = program?.instructions.find((each): each is Extract<Instruction, { op: 'split' }> => each.op === 'split' && each.node === moment.node);
  const total = split?.arms.reduce((sum, arm) => sum + arm.weight, 0) ?? 0;
  const arm = split?.arms.find((each) => each.target.port === moment.port);
  return arm && total > 0 ? `has ${formatShare(arm.weight / total)} of the people` : 'was drawn';
}

function timerSeen({ trace, zone }: { trace: { due: number; at: number }; zone: string | null }): string {
  const due = formatTime(trace.due, { style: 'day-seconds', zone });
  const late = trace.at - trace.due;
  return `due ${due}${zone ? ` in ${zone}` : ''}, fired ${late <= 0 ? 'on time' : `${spanWords(late)} later`}`;
}

function eventSeen({ event, zone }: { event: { time: number; properties: JsonObject }; zone: string | null }): string {
  const properties = Object.entries(event.properties).filter(([, value]) => value === null || typeof value !== 'object').slice(0, 4).map(([name, value]) => `${name} = ${valueWords(value)}`);
  return [formatTime(event.time, { style: 'date-seconds', zone }), ...properties].join(' · ');
}

/** Why an event did not move the run. */
export function whyIgnored({ ignored, detail, manifests }: { ignored: IgnoredEvent; detail: EnrollmentDetail; manifests: Manifests }): Why {
  const node = ignored.node === null ? undefined : detail.graph.nodes[ignored.node];
  const title = `Why ${ignored.event.name} did not count`;
  const what: WhyRow = { result: 'info', strong: ignored.event.name, text: 'happened', seen: eventSeen({ event: { time: ignored.at, properties: ignored.event.properties }, zone: detail.profile.timeZone }) };
  if (ignored.arms.length === 0) return { title, rows: [what, { result: 'no', text: node ? `“${node.name}” did not wait for it` : 'Nothing waited for it' }] };
  const ways = ignored.arms.map((arm): WhyRow => {
    const way = `The way out “${portLabelOf({ node, port: arm.port, manifests })}”`;
    if (!arm.trace) return { result: 'no', text: `${way} takes it, but only while the run waits`, seen: 'it came too early or too late' };
    return { result: 'no', text: arm.trace.result ? `${way} would take it, but only while the run waits` : `${way} does not take it`, rows: clauseRows(arm.trace) };
  });
  return { title, rows: [what, ...ways] };
}

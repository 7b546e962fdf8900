import {
  channelOf,
  channelWords,
  entryOfRun,
  operandWords,
  ruleWords,
  shownJson,
  shownSeen,
  stepOf,
} from '@wend/contract/plain';
import type {
  Channel,
  EnrollmentDetail,
  Instruction,
  Manifests,
  MessageDetail,
  ProfileEvent,
  RunEvent,
  Program,
  Trace,
  TraceClause,
} from '@wend/contract';
import { reasonWords } from '../../messages/reasons';
import { formatTime } from '../runs/format';
import { actRows } from './act-rows';
import { answerRow, unansweredRows } from './approval-rows';
import { bestTimeRows, waitsBecause } from './best-time-rows';
import { changeRows } from './change-rows';
import { eventSeen, hoverOf } from './event-seen';
import { claimRows } from './claim-rows';
import { clauseRows } from './clause-rows';
import { namedExit } from './exit-words';
import { inVersion, portLabelOf } from './replay-model';
import type { IgnoredEvent, VisitMoment } from './replay-model';
import type { ReplayTexts } from './replay-texts';
import { namedWay } from './named-way';
import { spanWords, valueWords } from './value-words';
import { inputsRows, resultRows } from './sub-journey-rows';
import { splitRow } from './split-row';
import { turnRow } from './turn-row';
import { whenRows } from './when-rows';

/**
 * One line of a reason: whether it held, what was asked, and what was seen. `info` lines state something that was not a
 * question.
 */
export type WhyRow = {
  result: 'yes' | 'no' | 'info';
  strong?: string;
  text: string;
  seen?: string;
  /** On hover over what was seen: its time, exactly and where the person is. */
  hover?: string;
  rows?: WhyRow[];
};
export type Why = { title: string; rows: WhyRow[] };

/** `zone`: of the times that are shown; `their`: the person's, for hovering. */
type Scene = {
  texts: ReplayTexts;
  detail: EnrollmentDetail;
  manifests: Manifests;
  zone: string | null;
  their?: string | null;
};

/**
 * Why a run left a node the way it did (or why it is still there), answered clause by clause with the values that were
 * seen.
 */
export function whyOf({ moment, ...scene }: Scene & { moment: VisitMoment }): Why {
  const { trace } = moment;
  const t = scene.texts.replay;
  if (moment.undoing) return whyUndone({ moment, ...scene });
  if (moment.leftAt === null) return { title: t('why.waitingFor'), rows: waitingRows({ moment, ...scene }) };
  const title =
    moment.trace?.kind === 'moved'
      ? t('why.moved', { version: moment.trace.version })
      : moment.port === null
        ? t('why.ended')
        : moment.portLabel === scene.texts.ports('queued')
          ? t('why.continued')
          : t('why.took', { path: moment.portLabel ?? moment.port });
  const entered = moment.inputs.find((input) => input.type === 'enrolled');
  if (entered)
    return {
      title: t('why.entered'),
      rows: [cameInBy({ entry: entered.entry, ...scene }), ...(trace ? traceRows({ moment, ...scene }) : [])],
    };
  const rows = trace ? traceRows({ moment, ...scene }) : [];
  return { title, rows: rows.length > 0 ? rows : [{ result: 'info', text: t('why.onePath') }] };
}

/** A step that undid another, after the run had left early. */
function whyUndone({ moment, ...scene }: Scene & { moment: VisitMoment }): Why {
  const t = scene.texts.replay;
  const failed = moment.trace?.kind === 'call' && moment.trace.error !== undefined && moment.port === null;
  const rows = moment.trace ? traceRows({ moment, ...scene }) : [];
  return {
    title: t(failed ? 'why.notUndone' : 'why.undone'),
    rows: [{ result: 'info', text: t('why.undoneBecause') }, ...rows],
  };
}

/** The event, or the entry's own words where people come in by something else. */
function cameInBy({ entry, ...scene }: Scene & { entry: RunEvent }): WhyRow {
  const { graph, entryNode } = scene.detail;
  const t = scene.texts.replay;
  const by = entryOfRun({ graph, manifests: scene.manifests, node: entryNode });
  if (by?.definition.hasEvent === false) {
    const words = by.definition.words(by.node.config);
    return { result: 'yes', strong: words?.name ?? by.node.name, text: t('why.letIn') };
  }
  return { result: 'yes', strong: entry.name, text: t('why.happened'), ...eventSeen({ event: entry, ...scene }) };
}

function traceRows(scene: Scene & { moment: VisitMoment }): WhyRow[] {
  const { moment, texts } = scene;
  const { trace } = moment;
  const t = texts.replay;
  switch (trace?.kind) {
    case 'branch':
      return [
        ...trace.arms.map((arm): WhyRow => ({
          result: arm.trace.result ? 'yes' : 'no',
          strong: label(scene, arm.port),
          text: '',
          rows: clauseRows(texts, arm.trace),
        })),
        ...otherwiseRow(scene),
      ];
    case 'split':
      return [splitRow({ ...scene, draw: trace.draw })];
    case 'turn':
      return [turnRow(t, trace)];
    case 'event':
      return [
        ...metRows(scene, { met: trace.met ?? [], port: trace.port }),
        ...togetherRows({ ...scene, trace }),
        eventRow({ ...scene, trace }),
      ];
    case 'already':
      return metRows(scene, trace);
    case 'timer':
      return [
        ...unmetRows(scene),
        {
          result: 'yes',
          text: t('why.passed', { span: spanWords(trace.due - moment.at) }),
          ...timerSeen({ trace, ...scene }),
        },
        ...bestTimeRows(texts, trace.because),
        ...whenRows(scene, trace.because),
      ];
    case 'atOnce':
      return whenRows(scene, trace.because);
    case 'reachable':
      return [reachRow(scene, trace), ...messageRows(texts, moment)];
    case 'capped':
      return [
        { result: 'no', text: t('why.room', { channel: channelWords(trace.channel) }), seen: t('why.hadEnough') },
      ];
    case 'call':
      return [callRow(scene, trace)];
    case 'change':
      return changeRows(texts, trace);
    case 'act':
      return actRows(texts, trace, moment.actions);
    case 'claim':
      return claimRows(texts, trace);
    case 'inputs':
      return inputsRows(texts, trace);
    case 'result':
      return resultRows(texts, trace);
    case 'moved':
      return [movedRow(scene, trace)];
    case 'exit':
      return [exitRow(scene, trace)];
    case 'end':
      return [{ result: 'info', text: t('why.journeyEnds'), seen: trace.reason }];
    default:
      return [];
  }
}

/** Somebody moved the run; the version that it went to knows the step by name. */
function movedRow({ detail, texts }: Scene, { to, version }: Extract<Trace, { kind: 'moved' }>): WhyRow {
  const name = stepOf(inVersion(detail, version), to)?.name ?? to;
  return { result: 'info', text: texts.replay('why.movedTo', { step: name }) };
}

/** Of a segment or a consent words say more than the event. */
function exitRow(scene: Scene, { criterion, event }: Extract<Trace, { kind: 'exit' }>): WhyRow {
  const { texts, detail } = scene;
  const words = namedExit({ t: texts.replay, graph: detail.graph, criterion, properties: event.properties });
  return {
    result: 'yes',
    strong: words ?? event.name,
    text: texts.replay('why.exitCriterion'),
    ...eventSeen({ ...scene, event: words === null ? event : { ...event, properties: {} } }),
  };
}

/** Of what the step names itself, such as a segment, its own name says more than ids in the event. */
function eventRow({
  trace,
  ...scene
}: Scene & { moment: VisitMoment; trace: Extract<Trace, { kind: 'event' }> }): WhyRow {
  const { texts } = scene;
  const answered = answerRow({ ...scene, trace });
  if (answered) return { ...answered, ...hoverOf(texts, trace.event.time, scene.their) };
  const named = namedWay({ ...scene, port: trace.port });
  const { name, time } = trace.event;
  const properties = named === null ? trace.event.properties : {};
  return {
    result: 'yes',
    strong: named ?? name,
    text: texts.replay('why.happened'),
    ...eventSeen({ ...scene, event: { time, properties } }),
    ...(trace.trace && named === null ? { rows: clauseRows(texts, trace.trace) } : {}),
  };
}

/** What was so already when they came to a wait. A step's own words say more than ids of segments. */
function metRows(
  scene: Scene & { moment: VisitMoment },
  { met, port }: Pick<Extract<Trace, { kind: 'already' }>, 'met' | 'port'>,
): WhyRow[] {
  const named = namedWay({ ...scene, port });
  const text = scene.texts.replay('why.already');
  return met.map(({ trace }): WhyRow =>
    named === null
      ? { result: 'yes', text, rows: clauseRows(scene.texts, trace) }
      : { result: 'yes', strong: named, text },
  );
}

/** What was waited for together with the event that people left by, as it came. */
function togetherRows({ trace, ...scene }: Scene & { trace: Extract<Trace, { kind: 'event' }> }): WhyRow[] {
  return (trace.gathered ?? [])
    .filter(({ id }) => id !== trace.event.id)
    .map(({ name, time }) => ({
      result: 'yes',
      strong: name,
      text: scene.texts.replay('why.happened'),
      ...eventSeen({ ...scene, event: { time, properties: {} } }),
    }));
}

/** What stood between: that they had left the channel before, or that there was nothing to send to. */
function reachRow(
  { texts, detail, moment, zone, their }: Scene & { moment: VisitMoment },
  trace: { channel: Channel; reachable: boolean },
): WhyRow {
  const t = texts.replay;
  const channel = channelWords(trace.channel);
  if (trace.reachable) return { result: 'yes', text: t('why.reachable', { channel }), seen: t('why.reached') };
  const left = detail.unsubscribed.find(
    (each) => each.channel === trace.channel && Date.parse(each.at) <= (moment.leftAt ?? moment.at),
  );
  if (!left)
    return {
      result: 'no',
      text: t('why.reachable', { channel }),
      seen: t('why.noAddress', { address: channelOf(trace.channel).address?.noun ?? t('why.address') }),
    };
  return {
    result: 'no',
    text: t('why.hadLeft', { channel }),
    seen: formatTime(left.at, { style: 'date-seconds', zone }),
    ...hoverOf(texts, left.at, their),
  };
}

/** What became of a message at a moment: `The message was delivered`, `The message failed`. */
export function becameWords({ replay: t }: ReplayTexts, state: string): string {
  const key = `why.became.${state}` as 'why.became.sent';
  return t.has(key) ? t(key) : state;
}

const neverSent = new Set<MessageDetail['status']>(['failed', 'bounced', 'suppressed', 'unknown']);

/** What went wrong with the messages of a visit: people go on when they are queued, whatever becomes of them. */
export function messageRows(texts: ReplayTexts, { messages }: Pick<VisitMoment, 'messages'>): WhyRow[] {
  return messages
    .filter(({ status }) => neverSent.has(status))
    .map(({ status, reason, error }): WhyRow => ({
      result: 'no',
      text: becameWords(texts, status),
      ...(reason ? { seen: reasonWords(texts.reasons, reason) } : error ? { seen: error } : {}),
    }));
}

function callRow(
  { moment, texts: { replay: t } }: { moment: VisitMoment; texts: ReplayTexts },
  trace: { output?: unknown; error?: { code: string; message: string } },
): WhyRow {
  if (trace.error)
    return { result: 'no', strong: trace.error.code, text: t('why.returnedError'), seen: trace.error.message };
  return {
    result: 'yes',
    text: t('why.returned', { path: moment.portLabel ?? '' }),
    ...(trace.output === undefined ? {} : { seen: shownJson(trace.output) }),
  };
}

/** "Else" is a reason too: nothing above held. */
function otherwiseRow(scene: Scene & { moment: VisitMoment }): WhyRow[] {
  const { trace } = scene.moment;
  if (trace?.kind !== 'branch' || trace.arms.some((arm) => arm.trace.result)) return [];
  return [{ result: 'yes', strong: scene.moment.portLabel ?? trace.port, text: scene.texts.replay('why.otherwise') }];
}

/** The ways out that did not come true before the time was over, each with the events that came near. */
function unmetRows({ moment, ...scene }: Scene & { moment: VisitMoment }): WhyRow[] {
  const unanswered = unansweredRows({ ...scene, moment });
  if (unanswered) return unanswered;
  return armsOf({ ...scene, moment }).map((arm) => {
    const named = namedWay({ ...scene, moment, port: arm.target.port }) !== null;
    const near = moment.ignoredEvents.flatMap((event) =>
      event.arms
        .filter((each) => each.port === arm.target.port)
        .map((each) => ({ event, trace: named ? null : each.trace })),
    );
    return {
      result: 'no',
      ...armWords({ ...scene, moment, arm }),
      seen: near.length === 0 ? scene.texts.replay('why.never') : nearWords(scene.texts, { near, zone: scene.zone }),
    };
  });
}

type NearWordsOptions = {
  near: { event: IgnoredEvent; trace: TraceClause | null }[];
  zone: string | null;
};

function nearWords(texts: ReplayTexts, { near, zone }: NearWordsOptions): string {
  const t = texts.replay;
  const last = near.at(-1);
  if (!last) return t('why.never');
  const values = last.trace
    ? failedClauses(last.trace).flatMap((clause) =>
        clause.rule.op === 'compare'
          ? [
              `${operandWords(clause.rule.left)} = ${valueWords(t, { value: shownSeen(clause), operand: clause.rule.left })}`,
            ]
          : [],
      )
    : [];
  const seen = { count: near.length, at: formatTime(last.event.at, { style: 'day', zone }) };
  return values.length > 0 ? t('why.nearValues', { ...seen, values: values.join(', ') }) : t('why.near', seen);
}

function failedClauses(trace: TraceClause): TraceClause[] {
  if (trace.rule.op === 'compare') return trace.result ? [] : [trace];
  return (trace.clauses ?? []).flatMap((clause) =>
    clause.rule.op === 'compare' && trace.rule.op === 'not' ? [clause] : failedClauses(clause),
  );
}

function waitingRows({ moment, ...scene }: Scene & { moment: VisitMoment }): WhyRow[] {
  const t = scene.texts.replay;
  const rows: WhyRow[] =
    unansweredRows({ ...scene, moment }) ??
    armsOf({ ...scene, moment }).map((arm) => ({
      result: 'info',
      ...armWords({ ...scene, moment, arm }),
      seen: t('why.notYet'),
    }));
  const until = scene.detail.wait?.until;
  if (until)
    rows.push({
      result: 'info',
      text: t('why.until', { at: formatTime(until, { style: 'date-seconds', zone: scene.zone }) }),
      seen: t('why.left', { span: spanWords(Math.max(0, Date.parse(until) - Date.parse(scene.detail.runTime))) }),
      ...hoverOf(scene.texts, until, scene.their),
    });
  const because = waitsBecause(scene.detail, moment.node);
  rows.push(...bestTimeRows(scene.texts, because), ...whenRows(scene, because));
  if (scene.detail.held)
    rows.push({
      result: 'info',
      text: t('why.paused'),
      seen: t('why.pausedDetail'),
    });
  return rows.length > 0 ? rows : [{ result: 'info', text: t('why.running') }];
}

type ArmsOfOptions = {
  detail: EnrollmentDetail;
  moment: VisitMoment;
};

function armsOf({ detail, moment }: ArmsOfOptions): Extract<Instruction, { op: 'waitFor' }>['arms'] {
  const program = detail.program as Program | null;
  const wait = program?.instructions.find(
    (each): each is Extract<Instruction, { op: 'waitFor' }> => each.op === 'waitFor' && each.node === moment.node,
  );
  return wait?.arms ?? [];
}

function armWords({
  texts: { replay: t },
  detail,
  moment,
  arm,
}: Scene & { moment: VisitMoment; arm: ReturnType<typeof armsOf>[number] }): {
  strong: string;
  text: string;
} {
  const named = namedWay({ detail, moment, port: arm.target.port });
  if (named !== null) return { strong: named, text: '' };
  const source = arm.messageOf ? stepOf(detail, arm.messageOf)?.name : undefined;
  const where = arm.where ? t('why.with', { rule: ruleWords(arm.where) }) : '';
  return { strong: arm.event, text: [source ? t('why.for', { step: source }) : '', where].filter(Boolean).join(' ') };
}

function label({ texts, detail, manifests, moment }: Scene & { moment: VisitMoment }, port: string): string {
  return portLabelOf(texts.ports, { node: stepOf(detail, moment.node), port, manifests });
}

type TimerSeenOptions = {
  texts: ReplayTexts;
  trace: { due: number; at: number };
  zone: string | null;
  their?: string | null;
};

function timerSeen({ texts, trace, zone, their }: TimerSeenOptions): Pick<WhyRow, 'seen' | 'hover'> {
  const due = formatTime(trace.due, { style: 'day-seconds', zone });
  const late = trace.at - trace.due;
  const t = texts.replay;
  const onTime = zone ? t('why.onTimeIn', { due, zone }) : t('why.onTime', { due });
  const span = spanWords(late);
  const tooLate = zone ? t('why.lateIn', { due, zone, span }) : t('why.late', { due, span });
  return {
    seen: late <= 0 ? onTime : tooLate,
    ...hoverOf(texts, trace.due, their),
  };
}

type WhyLeftOptions = {
  texts: ReplayTexts;
  event: ProfileEvent;
  channel: string;
  zone: string | null;
  their?: string | null;
};

/** That the person left a channel, and from which message. */
export function whyLeft({ texts, event, channel, zone, their }: WhyLeftOptions): Why {
  const t = texts.replay;
  const { about } = event;
  return {
    title: t('why.unsubscribed', { channel }),
    rows: [
      {
        result: 'info',
        text: about ? t('why.byLinkOf', { step: about.node, journey: about.journey }) : t('why.byLink'),
        seen: formatTime(event.time, { style: 'date-seconds', zone }),
        ...hoverOf(texts, event.time, their),
      },
    ],
  };
}

/** Why an event did not move the run. */
export function whyIgnored({ ignored, detail, manifests, ...times }: Scene & { ignored: IgnoredEvent }): Why {
  const { texts } = times;
  const t = texts.replay;
  const node = ignored.node === null ? undefined : stepOf(detail, ignored.node);
  const title = t('why.ignored', { event: ignored.event.name });
  const what: WhyRow = {
    result: 'info',
    strong: ignored.event.name,
    text: t('why.happened'),
    ...eventSeen({ event: { time: ignored.at, properties: ignored.event.properties }, ...times }),
  };
  if (ignored.arms.length === 0)
    return {
      title,
      rows: [what, { result: 'no', text: node ? t('why.notWaiting', { step: node.name }) : t('why.nothingWaiting') }],
    };
  const ways = ignored.arms.map((arm): WhyRow => {
    const path = portLabelOf(texts.ports, { node, port: arm.port, manifests });
    if (!arm.trace)
      return {
        result: 'no',
        text: t('why.takes', { path }),
        seen: t('why.timing'),
      };
    return {
      result: 'no',
      text: arm.trace.result ? t('why.wouldTake', { path }) : t('why.doesNotTake', { path }),
      rows: clauseRows(texts, arm.trace),
    };
  });
  return { title, rows: [what, ...ways] };
}

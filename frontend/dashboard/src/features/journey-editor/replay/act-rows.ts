import { channelWords, isObject, refusalWords } from '@wend/contract/plain';
import type { EntryRefusalReason, Json, JsonObject, RunActionDetail, Trace } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type ActTrace = Extract<Trace, { kind: 'act' }>;
type T = ReplayTexts['replay'];

/** What a step asked for and what became of it, or why it could not ask for it. */
export function actRows({ replay: t }: ReplayTexts, trace: ActTrace, actions: readonly RunActionDetail[]): WhyRow[] {
  const { act, settings = {}, problem } = trace;
  const strong = whatOf(settings);
  const asked = { ...(strong === null ? {} : { strong }), text: kindWords(t, { act, settings }) };
  if (problem) return [{ ...asked, result: 'no', seen: problem.message }];
  const action = actions.find((each) => each.kind === act);
  const seen = action ? becameWords(t, { action, settings }) : undefined;
  const failed = action?.state === 'failed' || action?.result?.['outcome'] === 'refused';
  return [
    { result: failed ? 'no' : 'yes', ...asked, ...(seen === undefined ? {} : { seen }) },
    ...(action ? recipientRows(t, action) : []),
    ...valueRows(settings),
  ];
}

/** By what is done: adding to a segment is not told like removing from it. */
function kindWords(t: T, { act, settings: { change, state } }: { act: string; settings: JsonObject }): string {
  const key = `act.kinds.${[act, change ?? state].filter((each) => typeof each === 'string').join('-')}`;
  return t.has(key as 'act.kinds.emit-event') ? t(key as 'act.kinds.emit-event') : act;
}

/** What it was done with or to, as people call it. */
function whatOf({ event, name, channel, topic }: JsonObject): string | null {
  const told = [event, name].find((each) => typeof each === 'string' && each !== '');
  if (typeof told === 'string') return told;
  if (typeof channel !== 'string') return null;
  return typeof topic === 'string' ? `${topic} (${channelWords(channel)})` : channelWords(channel);
}

function becameWords(t: T, { action, settings }: { action: RunActionDetail; settings: JsonObject }): string {
  const { kind, state, error, result } = action;
  if (error !== null) return error;
  if (kind === 'recipients') return recipientsWords(t, action);
  if (state === 'done' && result) return resultWords(t, { kind, result, settings }) ?? t('act.states.done');
  return t(`act.states.${state}`);
}

type Came = { kind: string; result: JsonObject; settings: JsonObject };

/** Where something else came of it than was asked for. */
function resultWords(t: T, { kind, result, settings }: Came): string | null {
  if (kind === 'start-journey' && result['outcome'] === 'refused')
    return t('act.notEntered', {
      why: refusalWords({ reason: result['reason'] as EntryRefusalReason, seen: result['seen'] ?? null }),
    });
  if (kind === 'end-journey') return t('act.ended', { count: Number(result['ended']) });
  if (typeof result['late'] === 'string') return t('act.late');
  if (result['changed'] !== false) return null;
  if (kind === 'change-segment') return t(settings['change'] === 'add' ? 'act.inAlready' : 'act.outAlready');
  return kind === 'change-consent' ? t('act.soAlready') : null;
}

/** How far the people are whom a step reaches. */
function recipientsWords(t: T, { state, result, batch }: RunActionDetail): string {
  const would = result?.['would'];
  if (isObject(would)) return t('act.recipients.would', { count: Number(would['count']) });
  if (result?.['outcome'] === 'control') return t('act.recipients.control');
  if (!batch) return t(`act.states.${state}`);
  if (batch.state === 'gathering') return t('act.recipients.finding');
  const entered = batch.entered + batch.held;
  return t('act.recipients.state', { state: batch.state, entered: String(entered), total: String(batch.total) });
}

/** Who was found beside those, and why they do not come in. */
function recipientRows(t: T, { result, batch }: RunActionDetail): WhyRow[] {
  const counts = batch?.recipients ?? (isObject(result?.['would']) ? result['would'] : null);
  if (!counts) return [];
  const { already = 0, ...refused } = batch?.refused ?? {};
  const told = {
    unknown: Number(counts['unknown']),
    self: Number(counts['self']),
    before: Number(counts['before']) + already,
    beyond: Number(counts['beyond']),
    refused: Object.values(refused).reduce((sum, each) => sum + each, 0),
  };
  const problem: WhyRow[] = batch?.error ? [{ result: 'no', text: batch.error }] : [];
  const rows = (Object.keys(told) as (keyof typeof told)[]).flatMap((what): WhyRow[] =>
    told[what] > 0 ? [{ result: 'info', text: t(`act.recipients.${what}`, { count: String(told[what]) }) }] : [],
  );
  return [...problem, ...rows];
}

function valueRows({ properties, data }: JsonObject): WhyRow[] {
  return namedRows(isObject(properties) ? properties : isObject(data) ? data : {});
}

/** Values under their names. */
export function namedRows(values: JsonObject): WhyRow[] {
  return Object.entries(values).map(([name, value]): WhyRow => ({ result: 'info', text: name, seen: shown(value) }));
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

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
  return [{ result: failed ? 'no' : 'yes', ...asked, ...(seen === undefined ? {} : { seen }) }, ...valueRows(settings)];
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

function valueRows({ properties, data }: JsonObject): WhyRow[] {
  const values = isObject(properties) ? properties : isObject(data) ? data : {};
  return Object.entries(values).map(([name, value]): WhyRow => ({ result: 'info', text: name, seen: shown(value) }));
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

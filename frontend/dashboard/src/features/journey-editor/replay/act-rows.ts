import { isObject } from '@wend/contract/plain';
import type { JsonObject, RunActionDetail, Trace } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type ActTrace = Extract<Trace, { kind: 'act' }>;

/** What a step asked for and what became of it, or why it could not ask for it. */
export function actRows({ replay: t }: ReplayTexts, trace: ActTrace, actions: readonly RunActionDetail[]): WhyRow[] {
  const { act, settings = {}, problem } = trace;
  const strong = whatOf(settings);
  const asked = { ...(strong === null ? {} : { strong }), text: kindWords(t, act) };
  if (problem) return [{ ...asked, result: 'no', seen: problem.message }];
  const action = actions.find((each) => each.kind === act);
  const rows: WhyRow[] = [{ result: 'yes', ...asked, ...seenOf(t, action) }, ...valueRows(settings)];
  return rows.map((row, index) => (index === 0 && action?.state === 'failed' ? { ...row, result: 'no' } : row));
}

function kindWords(t: ReplayTexts['replay'], act: string): string {
  const key = `act.kinds.${act}` as 'act.kinds.emit-event';
  return t.has(key) ? t(key) : act;
}

/** What it was done with or to, as people call it. */
function whatOf({ event, name }: JsonObject): string | null {
  return typeof event === 'string' ? event : typeof name === 'string' ? name : null;
}

function seenOf(t: ReplayTexts['replay'], action: RunActionDetail | undefined): Pick<WhyRow, 'seen'> {
  if (!action) return {};
  if (action.error !== null) return { seen: action.error };
  return { seen: t(`act.states.${action.state}`) };
}

function valueRows({ properties, data }: JsonObject): WhyRow[] {
  const values = isObject(properties) ? properties : isObject(data) ? data : {};
  return Object.entries(values).map(([name, value]) => ({
    result: 'info',
    text: name,
    seen: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

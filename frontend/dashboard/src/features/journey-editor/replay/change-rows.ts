import { shownValue } from '@wend/contract/plain';
import type { Trace, TraitChange } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type ChangeTrace = Extract<Trace, { kind: 'change' }>;

/** What a step changed about the person, or why it could not. */
export function changeRows({ replay: t }: ReplayTexts, { changes = [], problem }: ChangeTrace): WhyRow[] {
  if (problem) return [{ result: 'no', text: t('change.notFilledIn'), seen: problem.message }];
  return changes.map((each) => ({
    result: 'yes',
    strong: each.name,
    text: t(`change.dos.${each.do}`),
    ...seenOf(each),
  }));
}

function seenOf({ name, do: how, value = null }: TraitChange): Pick<WhyRow, 'seen'> {
  if (how === 'unset') return {};
  const shown = shownValue(value, name);
  return { seen: typeof shown === 'string' ? shown : JSON.stringify(shown) };
}

import { isObject } from '@wend/contract/plain';
import type { BestTime, EnrollmentDetail, Input, JsonObject, Program } from '@wend/contract';
import { formatShare } from '../runs/format';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

/** What a wait for the best time was worked out from: which hour, from whose habits, and how much of them are the person's. */
export function bestTimeRows({ replay: t }: ReplayTexts, because: JsonObject | undefined): WhyRow[] {
  if (!isBestTime(because)) return [];
  const { hour, from, confidence, opens, clicks, visits } = because;
  const counts = [
    opens > 0 ? t('why.opens', { count: opens }) : null,
    clicks > 0 ? t('why.clicks', { count: clicks }) : null,
    visits > 0 ? t('why.visits', { count: visits }) : null,
  ].filter((each) => each !== null);
  const learned = t('why.learned', { counts: counts.join(', '), share: formatShare(confidence) });
  return [
    {
      result: 'info',
      text: t(from === 'fallback' ? 'why.fallbackHour' : 'why.bestHour', {
        hour: `${String(hour).padStart(2, '0')}:00`,
      }),
      // Somebody of whom something is known, where that was found to say no more than what everybody does.
      seen:
        from === 'own' ? learned : t(`why.bestFrom.${from === 'everybody' && counts.length > 0 ? 'unhelpful' : from}`),
    },
  ];
}

/** The same of a wait that goes on: it is not in a trace yet. */
export function waitsBecause(detail: EnrollmentDetail, node: string): JsonObject | undefined {
  const facts = ((detail.program as Program | null)?.instructions ?? []).flatMap((each) => {
    if (each.node !== node) return [];
    if (each.op === 'wait') return 'fact' in each.until ? [each.until.fact] : [];
    return each.op === 'waitFor' ? (each.timeout?.fact ?? []) : [];
  });
  const [fact] = facts;
  if (fact === undefined) return undefined;
  const answers = detail.steps
    .flatMap((step) => step.inputs as Input[])
    .flatMap((input) => ('facts' in input && input.facts?.[fact] !== undefined ? [input.facts[fact]] : []));
  const last = answers.at(-1);
  return isObject(last) ? (last as JsonObject) : undefined;
}

function isBestTime(because: JsonObject | undefined): because is JsonObject & BestTime {
  return (
    because !== undefined &&
    ['own', 'everybody', 'fallback'].includes(String(because['from'])) &&
    ['hour', 'confidence', 'opens', 'clicks', 'visits'].every((name) => typeof because[name] === 'number')
  );
}

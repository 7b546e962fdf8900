import { pathOf, shownValue } from '@wend/contract/plain';
import type { JsonObject, WhenAnswer } from '@wend/contract';
import { formatTime } from '../runs/format';
import type { ReplayTexts } from './replay-texts';
import { valueWords } from './value-words';
import type { WhyRow } from './why';

type Scene = { texts: ReplayTexts; zone: string | null };

/** What a wait by the calendar, by a window or by a date was worked out from, as far as it is not in its time already. */
export function whenRows({ texts, zone }: Scene, reasons: JsonObject | undefined): WhyRow[] {
  const because = whenAnswerOf(reasons);
  if (!because) return [];
  const { replay: t } = texts;
  const { asked = '', adjusted, window } = because;
  const date = because.value === undefined ? undefined : valueOf(texts, because);
  return [
    ...(window === undefined ? [] : [windowRow({ texts }, { window, open: 'port' in because })]),
    ...(date === undefined || ('port' in because && because.port === 'unreadable')
      ? []
      : [{ result: 'info' as const, text: t('why.date'), seen: date }]),
    ...('port' in because ? portRows({ texts, zone }, because) : []),
    ...(adjusted === undefined
      ? []
      : [{ result: 'info' as const, text: t(`why.adjusted.${adjusted}`, { asked, zone: because.zone }) }]),
  ];
}

function windowRow({ texts }: Pick<Scene, 'texts'>, { window, open }: { window: string; open: boolean }): WhyRow {
  return { result: open ? 'yes' : 'info', text: texts.replay(open ? 'why.windowOpen' : 'why.windowOpens', { window }) };
}

/** Why there was nothing to wait for. */
function portRows({ texts, zone }: Scene, because: Extract<WhenAnswer, { port: string }>): WhyRow[] {
  const { replay: t } = texts;
  if (because.port === 'past')
    return [{ result: 'no', text: t('why.datePast'), seen: formatTime(because.due, { style: 'date-seconds', zone }) }];
  if (because.port !== 'unreadable') return [];
  return [
    {
      result: 'no',
      text: t(`why.noDate.${because.why}`),
      ...(because.value === undefined ? {} : { seen: valueOf(texts, because) }),
    },
  ];
}

function valueOf(texts: ReplayTexts, { value }: WhenAnswer): string {
  return valueWords(texts.replay, { value: shownValue(value, pathOf(['date'])) });
}

function whenAnswerOf(reasons: JsonObject | undefined): WhenAnswer | null {
  const known =
    reasons !== undefined &&
    ['after', 'window', 'date'].includes(String(reasons['of'])) &&
    typeof reasons['zone'] === 'string' &&
    (typeof reasons['at'] === 'number' || typeof reasons['port'] === 'string');
  return known ? (reasons as unknown as WhenAnswer) : null;
}

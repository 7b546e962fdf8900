import type { FastForward } from '@wend/contract';
import { durationWords } from '@wend/contract/plain';
import type { Translator } from '@/i18n/translator';
import { formatTime } from '../runs/format';

type Words = Translator<'editor-test-run.passTimeWords'>;

/** What is going on: `Skipping 1 day`. */
export function passingWords(t: Words, { to, zone }: Pick<FastForward, 'to'> & { zone?: string | null }): string {
  if (to === 'next') return t('skippingNext');
  if (to === 'end') return t('skippingEnd');
  return 'seconds' in to
    ? t('skipping', { duration: durationWords(to.seconds) })
    : t('skippingTo', { time: formatTime(to.until, { style: 'date', zone }) });
}

export function waitsWords(t: Words, waits: number): string {
  return t('waits', { waits });
}

/** How much of the way is done, from 0 to 1; null where nobody knows how long it is. */
export function shareDone({ from, until, runTime }: Pick<FastForward, 'from' | 'until' | 'runTime'>): number | null {
  if (until === null) return null;
  const whole = Date.parse(until) - Date.parse(from);
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (Date.parse(runTime) - Date.parse(from)) / whole));
}

/** What there is to say once no more time passes; null when it went as asked. */
export function outcomeWords(
  t: Words,
  { state, reached, waits, error }: Pick<FastForward, 'state' | 'reached' | 'waits' | 'error'>,
): { tone: 'plain' | 'bad'; text: string } | null {
  switch (state) {
    case 'running':
      return null;
    case 'done':
      return reached === 'event' ? { tone: 'plain', text: t('event') } : null;
    case 'cancelled':
      return {
        tone: 'plain',
        text: t('cancelled', { waits }),
      };
    case 'interrupted':
      return {
        tone: 'bad',
        text: t('interrupted'),
      };
    case 'failed':
      return { tone: 'bad', text: t('failed', { reason: error?.message ?? '' }).trim() };
  }
}

import type { Trace } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

/** What the person’s other runs had come to when a throttle or a digest asked. */
export function claimRows({ replay: t }: ReplayTexts, { port, seen }: Extract<Trace, { kind: 'claim' }>): WhyRow[] {
  const { count, most } = seen;
  if (typeof count !== 'number') return [];
  if (typeof most === 'number')
    return [
      {
        result: port === 'throttled' ? 'no' : 'yes',
        text: t('claim.most', { most }),
        seen: t('claim.before', { count }),
      },
    ];
  if (port === 'joined') return [{ result: 'info', text: t('claim.joined'), seen: t('claim.events', { count }) }];
  return [{ result: 'yes', text: t('claim.collected'), seen: t('claim.events', { count }) }];
}

import { useTranslations } from 'next-intl';
import { formatNumber } from '@/lib/format';

/** A time that passed, in words: `350 ms`, `4 s`, `3 days`. */
export function useLag(): (ms: number) => string {
  const t = useTranslations('events.item');
  return (ms) => {
    if (ms < 1_000) return t('milliseconds', { count: formatNumber(Math.max(0, ms)) });
    if (ms < 120_000) return t('seconds', { count: formatNumber(Math.round(ms / 1_000)) });
    if (ms < 7_200_000) return t('minutes', { count: formatNumber(Math.round(ms / 60_000)) });
    if (ms < 172_800_000) return t('hours', { count: formatNumber(Math.round(ms / 3_600_000)) });
    return t('days', { count: Math.round(ms / 86_400_000) });
  };
}

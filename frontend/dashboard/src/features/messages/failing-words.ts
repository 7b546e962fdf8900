import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { Translator } from '@/i18n/translator';

/** What counts as many: the api counts no further. */
const most = 1_000;

/** Says how many messages of the last day failed or may not have gone out. */
export function failingWords(t: Translator<'messages.failing'>, failing: number): string {
  return t('lastDay', { count: failing, many: String(failing >= most) });
}

export function useFailingWords(): (failing: number) => string {
  const t = useTranslations('messages.failing');
  return useCallback((failing: number) => failingWords(t, failing), [t]);
}

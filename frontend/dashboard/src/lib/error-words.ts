import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { Translator } from '@/i18n/translator';
import { ApiProblem } from './api-client';

const ownCodes = ['unreachable', 'api-unreachable', 'unknown'] as const;

/** What to show for any error: what the server says, else what is known here. */
function errorWords(t: Translator<'common.errors'>, error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const own = ownCodes.find((code) => code === error.code);
  return own && !error.problem.detail ? t(own, { status: error.status }) : error.message;
}

export function useErrorWords(): (error: unknown) => string {
  const t = useTranslations('common.errors');
  return useCallback((error: unknown) => errorWords(t, error), [t]);
}

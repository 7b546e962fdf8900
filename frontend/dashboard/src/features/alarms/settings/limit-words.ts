'use client';

import type { AlarmKind } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';

/** When a kind is raised, in a sentence with its numbers. */
export function useLimitWords(): (kind: AlarmKind, settings: Record<string, number>) => string {
  const kinds = useTranslations('alarms.kinds');
  return (kind, settings) =>
    kinds(`${kind}.limit`, {
      percent: settings['percent'] ?? 0,
      minutes: settings['minutes'] ?? 0,
      hours: settings['hours'] ?? 0,
      messages: settings['messages'] ?? 0,
      runs: settings['runs'] ?? 0,
    });
}

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Translator } from '@/i18n/translator';

/** What a replay is told with. */
export type ReplayTexts = {
  replay: Translator<'editor-replay'>;
  ports: Translator<'editor-runs.ports'>;
  badge: Translator<'common.statusBadge'>;
  reasons: Translator<'messages.reasons'>;
  time: Translator<'common.time'>;
};

/** The same object from render to render. */
export function useReplayTexts(): ReplayTexts {
  const replay = useTranslations('editor-replay');
  const ports = useTranslations('editor-runs.ports');
  const badge = useTranslations('common.statusBadge');
  const reasons = useTranslations('messages.reasons');
  const time = useTranslations('common.time');
  return useMemo(() => ({ replay, ports, badge, reasons, time }), [replay, ports, badge, reasons, time]);
}

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { LiveTexts } from './live-figures';

/** What the figures on the canvas are said with; the same object from render to render. */
export function useLiveTexts(): LiveTexts {
  const figures = useTranslations('editor-live.figures');
  const failing = useTranslations('messages.failing');
  return useMemo(() => ({ figures, failing }), [figures, failing]);
}

'use client';

import type { ImportState } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';

const tones: Record<ImportState, Tone> = {
  uploading: 'neutral',
  ready: 'neutral',
  checking: 'accent',
  checked: 'neutral',
  importing: 'accent',
  done: 'good',
  cancelled: 'warn',
  failed: 'bad',
};

export function StateBadge({ state }: { state: ImportState }) {
  const t = useTranslations('imports.states');
  return (
    <Badge tone={tones[state]} dot={state === 'checking' || state === 'importing'}>
      {t(state)}
    </Badge>
  );
}

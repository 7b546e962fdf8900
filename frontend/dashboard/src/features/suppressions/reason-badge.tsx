'use client';

import type { SuppressionReason } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';

export const reasonTones: Record<SuppressionReason, Tone> = {
  bounced: 'bad',
  complained: 'bad',
  unsubscribed: 'warn',
  invalid: 'warn',
  manual: 'neutral',
  imported: 'neutral',
};

export function ReasonBadge({ reason }: { reason: SuppressionReason }) {
  const words = useTranslations('suppressions');
  return <Badge tone={reasonTones[reason]}>{words(`reasons.${reason}`)}</Badge>;
}

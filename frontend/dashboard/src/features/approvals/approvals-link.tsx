'use client';

import { Stamp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { RailCount } from '@/components/shell/rail-count';
import { useApprovalCount } from './use-approvals';

/** The way to the approvals, with how many wait for an answer. */
export function ApprovalsLink() {
  const t = useTranslations('shell.rail');
  const count = useApprovalCount() ?? 0;
  return <RailCount href="/approvals" icon={Stamp} count={count} label={t('approvals', { count })} tone="accent" />;
}

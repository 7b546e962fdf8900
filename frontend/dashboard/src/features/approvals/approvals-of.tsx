'use client';

import { useTranslations } from 'next-intl';
import { Section } from '@/components/ui/card';
import { ErrorState } from '@/components/ui/states';
import { ApprovalCard } from './approval-card';
import { useApprovalsOf } from './use-approvals';
import type { WhoseApprovals } from './use-approvals';

/** What was asked in a run, or about a person: who answered what, when and by which way; nothing where nothing was. */
export function ApprovalsOf({ of, className }: { of: WhoseApprovals; className?: string | undefined }) {
  const t = useTranslations('approvals.of');
  const { data, error, refetch } = useApprovalsOf(of);
  if (data === undefined)
    return error ? (
      <Section title={t('title')} className={className}>
        <ErrorState error={error} title={t('failed')} onRetry={() => void refetch()} />
      </Section>
    ) : null;
  if (data.items.length === 0) return null;
  return (
    <Section title={t('title')} className={className}>
      <ul className="divide-y divide-line">
        {data.items.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
      </ul>
    </Section>
  );
}

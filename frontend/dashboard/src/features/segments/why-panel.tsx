'use client';

import type { ProfileSummary, SegmentDetail, SegmentWhy, TraceClause } from '@wend/contract';
import { Check, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Section } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { TraceList } from '@/features/rules/trace-list';
import { PersonPicker } from './person-picker';
import { useWhyInSegment } from './use-segments';

type WhyPanelProps = {
  segment: SegmentDetail;
  person: ProfileSummary | null;
  onPerson: (person: ProfileSummary) => void;
};

/** Whether a person is in, and why: each part of the rule with the value that was seen. */
export function WhyPanel({ segment, person, onPerson }: WhyPanelProps) {
  const t = useTranslations('segments.why');
  const why = useWhyInSegment(segment.id, person?.id ?? null);
  return (
    <Section title={t('title')}>
      <div className="p-4">
        <PersonPicker aria-label={t('person')} chosen={person} onChoose={onPerson} placeholder={t('choose')} />
        {person === null ? (
          <p className="mt-3 text-xs text-muted">{segment.kind === 'manual' ? t('manualHint') : t('hint')}</p>
        ) : null}
        {person !== null && why.isPending ? <ListSkeleton rows={2} /> : null}
        {why.isError && !why.data ? (
          <ErrorState error={why.error} title={t('failed')} onRetry={() => void why.refetch()} />
        ) : null}
        {why.data ? <Answer why={why.data} /> : null}
      </div>
    </Section>
  );
}

function Answer({ why }: { why: SegmentWhy }) {
  const t = useTranslations('segments.why');
  const { member, answer, profile, since, changesAt } = why;
  const trace = why.trace as TraceClause | null;
  const name = () => (
    <Link href={`/profiles/${profile.id}`} className="font-semibold underline-offset-2 hover:underline">
      {profile.name}
    </Link>
  );
  const time = (at: string) => () => <RelativeTime at={at} zone={profile.timeZone} />;
  return (
    <div className="mt-4" role="status">
      <p className="flex items-start gap-2">
        {member ? (
          <Check size={16} strokeWidth={2} className="mt-px shrink-0 text-good" aria-hidden />
        ) : (
          <X size={16} strokeWidth={2} className="mt-px shrink-0 text-bad" aria-hidden />
        )}
        <span className="min-w-0 break-words">
          {member && since ? t.rich('in', { name, since: time(since) }) : t.rich('out', { name })}
        </span>
      </p>
      {answer !== null && answer !== member ? <p className="mt-1 pl-6 text-xs text-warn">{t('underWay')}</p> : null}
      {trace ? (
        <div className="mt-3 border-t border-line pt-3">
          <TraceList trace={trace} />
        </div>
      ) : (
        <p className="mt-2 pl-6 text-xs text-muted">{t('manual')}</p>
      )}
      {changesAt ? (
        <p className="mt-3 border-t border-line pt-3 text-xs text-muted">
          {t.rich('changesAt', { time: time(changesAt) })}
        </p>
      ) : null}
    </div>
  );
}

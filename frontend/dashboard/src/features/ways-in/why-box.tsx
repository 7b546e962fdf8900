'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ProfileSummary, TraceClause, WhyNotIn } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { TraceList } from '@/features/rules/trace-list';
import { PersonPicker } from '@/features/segments/person-picker';
import { call } from '@/lib/api-client';

/** Why a person is, or is not, in a journey: pick somebody, read the answer. */
export function WhyBox({ journeyId }: { journeyId: string }) {
  const t = useTranslations('ways-in.why');
  const [person, setPerson] = useState<ProfileSummary | null>(null);
  return (
    <section aria-label={t('title')} className="rounded-lg border border-line bg-raised p-3">
      <h3 className="font-medium">{t('title')}</h3>
      <p className="mb-2 text-xs text-muted">{t('hint')}</p>
      <PersonPicker aria-label={t('person')} chosen={person} onChoose={setPerson} placeholder={t('choose')} />
      {person ? <WhyAnswer journeyId={journeyId} profileId={person.id} /> : null}
    </section>
  );
}

/** The answer about one person and one journey; fits on a page of either. */
export function WhyAnswer({ journeyId, profileId }: { journeyId: string; profileId: string }) {
  const t = useTranslations('ways-in.why');
  const why = useQuery({
    queryKey: ['journeys', journeyId, 'why', profileId],
    queryFn: ({ signal }) => call(api.whyNotIn, { params: { id: journeyId }, query: { profileId }, signal }),
  });
  if (why.isPending) return <ListSkeleton rows={2} className="-mx-3" />;
  if (why.isError) return <ErrorState error={why.error} title={t('failed')} onRetry={() => void why.refetch()} />;
  return (
    <div className="mt-3 space-y-3" role="status">
      <p className="break-words">{why.data.answer}</p>
      <Refusals refusals={why.data.refusals} />
      <Entries entries={why.data.entries} />
    </div>
  );
}

function Refusals({ refusals }: Pick<WhyNotIn, 'refusals'>) {
  const t = useTranslations('ways-in.why');
  if (refusals.length === 0) return null;
  return (
    <div className="border-t border-line pt-3">
      <h4 className="mb-1.5 text-xs font-medium text-muted">{t('refusals')}</h4>
      <ul className="space-y-2">
        {refusals.slice(0, 5).map((refusal) => (
          <li key={`${refusal.reason} ${refusal.lastAt}`}>
            <p className="break-words">
              {t('refused', { step: refusal.nodeName, words: refusal.words })}{' '}
              <RelativeTime at={refusal.lastAt} className="text-xs text-muted" />
              {refusal.count > 1 ? (
                <span className="text-xs text-muted tabular-nums"> · {t('times', { count: refusal.count })}</span>
              ) : null}
            </p>
            {refusal.reason === 'filter' && refusal.seen ? (
              <div className="mt-1.5 pl-2">
                <TraceList trace={refusal.seen as TraceClause} />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Entries({ entries }: Pick<WhyNotIn, 'entries'>) {
  const t = useTranslations('ways-in.why');
  const seen = entries.filter((entry) => entry.seen !== null && (!entry.seen.fits || entry.seen.words !== null));
  if (seen.length === 0) return null;
  return (
    <div className="border-t border-line pt-3">
      <h4 className="mb-1.5 text-xs font-medium text-muted">{t('close')}</h4>
      <ul className="space-y-2">
        {seen.map(({ node, name, seen: event }) => (
          <li key={node}>
            <p className="break-words">
              {event!.words === null
                ? t('lastSeen', { step: name })
                : t('refused', { step: name, words: event!.words })}{' '}
              <RelativeTime at={event!.at} className="text-xs text-muted" />
            </p>
            {event!.trace ? (
              <div className="mt-1.5 pl-2">
                <TraceList trace={event!.trace as TraceClause} />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

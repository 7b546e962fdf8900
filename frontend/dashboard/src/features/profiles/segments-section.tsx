'use client';

import type { ProfileDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Section } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, Skeleton } from '@/components/ui/states';
import { useSegmentsOf } from './use-person';

/** The segments that a person is in, and since when. */
export function SegmentsSection({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.segments');
  const { data, error, refetch } = useSegmentsOf(profile.id);
  return (
    <Section title={t('title')}>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} title={t('failed')} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="m-4 h-4 w-40" />
        )
      ) : data.items.length === 0 ? (
        <p className="p-4 text-muted">{t('none')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(({ id, name, since }) => (
            <li key={id} className="px-4 py-2">
              <Link href={`/segments/${id}`} className="block truncate font-medium hover:underline">
                {name}
              </Link>
              <p className="text-xs text-muted">
                {t.rich('since', { time: () => <RelativeTime at={since} zone={profile.timeZone} /> })}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

'use client';

import { channelOf } from '@wend/contract/plain';
import type { ProfileSummary, Rule, SegmentPreview } from '@wend/contract';
import { LoaderCircle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Avatar } from '@/components/ui/avatar';
import { Section } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/states';
import { ChannelIcon, useChannels } from '@/features/messages/channels';
import { useErrorWords } from '@/lib/error-words';
import { cx } from '@/lib/cx';
import { formatNumber } from '@/lib/format';
import { useDebounced } from '@/lib/use-debounced';
import { shareOf } from './share';
import { useSegmentPreview } from './use-segments';

type SizeCardProps = {
  /** Null while it makes no sense: `reason` says why. */
  rule: Rule | null;
  reason: string | null;
  /** Members now, to compare with; left out while there are none. */
  now?: number;
};

/** How many people a rule holds for while it is edited, how many of them can be reached, and some of them. */
export function SizeCard({ rule, reason, now }: SizeCardProps) {
  const t = useTranslations('segments.size');
  const errorWords = useErrorWords();
  const rested = useDebounced(rule, 350);
  const preview = useSegmentPreview(rule === null ? null : rested);
  const isStale = rule !== null && (rested !== rule || preview.isFetching);
  const { data } = preview;
  return (
    <Section
      title={t('title')}
      action={
        isStale ? (
          <LoaderCircle size={15} strokeWidth={1.75} className="animate-spin text-muted" aria-label={t('counting')} />
        ) : undefined
      }
    >
      {rule === null ? (
        <p className="p-4 text-muted">{reason ?? t('nothing')}</p>
      ) : preview.isError && !preview.isFetching ? (
        <p role="alert" className="p-4 text-bad">
          {errorWords(preview.error)}
        </p>
      ) : data ? (
        <div className={cx('transition-opacity', isStale && 'opacity-60')} aria-busy={isStale}>
          <Figures preview={data} {...(now === undefined ? {} : { now })} />
        </div>
      ) : (
        <div className="space-y-2 p-4">
          <Skeleton className="h-7 w-24" />
          <Skeleton className="h-4 w-40" />
        </div>
      )}
    </Section>
  );
}

function Figures({ preview, now }: { preview: SegmentPreview; now?: number }) {
  const t = useTranslations('segments.size');
  // Packages may bring channels: their words are known once this has come.
  useChannels();
  const { size, total, reachable, reachableExact, sample } = preview;
  const some = reachable.filter(({ count }) => count > 0);
  const none = reachable.filter(({ count }) => count === 0).map(({ channel }) => channelOf(channel).label);
  // Of many people it is reckoned from some: not to the person.
  const reached = (count: number) =>
    reachableExact ? formatNumber(count) : t('about', { count: Number(count.toPrecision(3)) });
  return (
    <>
      <div role="status" className="p-4">
        <p className="text-2xl font-semibold tabular-nums" data-testid="segment-size">
          {formatNumber(size)}
        </p>
        <p className="text-muted tabular-nums">{t('ofAll', { share: shareOf(size, total), total })}</p>
        {now !== undefined && now !== size ? (
          <p className="mt-1 text-xs text-muted tabular-nums">{t('now', { count: now })}</p>
        ) : null}
      </div>
      {size > 0 && reachable.length > 0 ? (
        <div className="border-t border-line p-4">
          <h3 className="mb-2 text-xs font-medium text-muted">{t('reachable')}</h3>
          <ul className="space-y-1.5">
            {some.map(({ channel, count }) => (
              <li key={channel} className="flex items-center gap-2.5 tabular-nums">
                <span className="text-muted">
                  <ChannelIcon channel={channel} />
                </span>
                <span className="flex-1">{channelOf(channel).label}</span>
                <span>{reached(count)}</span>
                <span className="w-11 text-right text-xs text-muted">{shareOf(count, size)}</span>
              </li>
            ))}
          </ul>
          {none.length > 0 ? (
            <p className="mt-2 text-xs text-muted">
              {t(reachableExact ? 'unreachable' : 'hardlyReachable', { channels: none.join(', ') })}
            </p>
          ) : null}
        </div>
      ) : null}
      {sample.length > 0 ? (
        <div className="border-t border-line py-3">
          <h3 className="mb-1 px-4 text-xs font-medium text-muted">{t('sample')}</h3>
          <ul>
            {sample.slice(0, 8).map((profile) => (
              <SamplePerson key={profile.id} profile={profile} />
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}

function SamplePerson({ profile }: { profile: ProfileSummary }) {
  return (
    <li className="relative flex items-center gap-2.5 px-4 py-1.5 hover:bg-bg">
      <Avatar name={profile.name} size="sm" />
      <div className="min-w-0">
        <Link href={`/profiles/${profile.id}`} className="block truncate after:absolute after:inset-0">
          {profile.name}
        </Link>
        {profile.email ? <p className="truncate text-xs text-muted">{profile.email}</p> : null}
      </div>
    </li>
  );
}

'use client';

import { channelOf, channelWords } from '@wend/contract/plain';
import type { ConsentChange, ProfileDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Dialog } from '@/components/ui/dialog';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { dayAndTime } from '@/lib/time';
import { useTopicName } from './use-topic-name';
import { useConsentHistory } from './use-topics';

/** Every change of what a person wants, the latest first, with how it came. */
export function ConsentHistory({ profile, onClose }: { profile: ProfileDetail; onClose: () => void }) {
  const t = useTranslations('consents.person');
  const found = useConsentHistory(profile.id);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('historyTitle')}
      description={profile.name}
    >
      {found.isPending ? <ListSkeleton rows={4} /> : null}
      {found.isError && !found.data ? (
        <ErrorState error={found.error} title={t('historyFailed')} onRetry={() => void found.refetch()} />
      ) : null}
      {found.data && items.length === 0 ? <p className="text-muted">{t('historyEmpty')}</p> : null}
      <ol className="divide-y divide-line">
        {items.map((change) => (
          <Change
            key={`${change.recordedAt} ${change.channel} ${change.topic}`}
            change={change}
            zone={profile.timeZone}
          />
        ))}
      </ol>
      <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </Dialog>
  );
}

/** What is told this much later than it was said is worth saying so. */
const lateMs = 60_000;

function Change({ change, zone }: { change: ConsentChange; zone: string | null }) {
  const t = useTranslations('consents.person');
  const nameOf = useTopicName();
  const { channel, topic, state, source, actor, ip, text, at, recordedAt, pausedUntil } = change;
  const by = channel === null ? '' : channelWords(channel);
  const what =
    channel === null
      ? null
      : topic === null
        ? channelOf(channel).plural
        : t('topicBy', { topic: nameOf(topic), channel: by });
  const isLate = Date.parse(recordedAt) - Date.parse(at) > lateMs;
  return (
    <li className="py-2.5">
      <p className="flex justify-between gap-3">
        <span className="font-medium">
          {what === null ? t(`states.${state}`) : t('to', { state: t(`states.${state}`), what })}
        </span>
        <span className="shrink-0 text-xs text-muted">
          <RelativeTime at={at} zone={zone} />
        </span>
      </p>
      <p className="text-xs text-muted">
        {t('by', {
          source,
          actor: actor === null ? 'none' : actor.replace(/^trait:/, ''),
          ip: ip ?? 'none',
        })}
      </p>
      {pausedUntil === null ? null : (
        <p className="text-xs text-muted">{t('until', { time: dayAndTime(pausedUntil) })}</p>
      )}
      {isLate ? (
        <p className="text-xs text-muted">
          {t.rich('heard', { time: () => <RelativeTime at={recordedAt} zone={zone} /> })}
        </p>
      ) : null}
      {text === null ? null : <p className="text-xs text-muted">{t('saw', { text })}</p>}
    </li>
  );
}

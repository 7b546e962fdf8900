'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, channelOf } from '@wend/contract/plain';
import type { Backlog, BacklogFilter } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { ruleLabel } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';
import { newUuid } from '@/lib/new-uuid';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { BacklogList, backlogKey } from './backlog-list';

const refreshMs = 10_000;

/** What waits because of a rule: how much, which messages, and why; members take messages out of it. */
export function BacklogPage() {
  const t = useTranslations('delivery.backlog');
  const { get, set } = useQueryState();
  const filter: BacklogFilter = {
    channel: get('channel'),
    journeyId: get('journey'),
    rule: get('rule') as BacklogFilter['rule'],
  };
  const backlog = useQuery({
    queryKey: [...backlogKey, 'summary'],
    queryFn: ({ signal }) => call(api.backlog, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.cancellations.some((each) => each.state === 'running') ? 1_000 : refreshMs,
  });
  return (
    <>
      <PageHeader title={t('title')} parent={{ label: t('delivery'), href: '/delivery' }} />
      <PageBody width="full" className="space-y-4">
        {backlog.isPending ? <ListSkeleton rows={3} /> : null}
        {backlog.isError && !backlog.data ? (
          <ErrorState error={backlog.error} title={t('failed')} onRetry={() => void backlog.refetch()} />
        ) : null}
        {backlog.data ? (
          <>
            <Figures backlog={backlog.data} />
            <Filters backlog={backlog.data} filter={filter} onChange={set} />
            <BacklogList filter={filter} />
          </>
        ) : null}
      </PageBody>
    </>
  );
}

function Figures({ backlog: { total, due, perMinute, nextAt, oldestAt, cancellations } }: { backlog: Backlog }) {
  const t = useTranslations('delivery.backlog');
  return (
    <Card className="space-y-1 p-4">
      <p className="text-md font-medium tabular-nums">{t('total', { total })}</p>
      <p className="text-muted">
        {t('due', { due })} {perMinute === null ? t('noPace') : t('pace', { perMinute })}{' '}
        <Link href="/settings?tab=delivery" className="text-accent underline">
          {t('settings')}
        </Link>
      </p>
      {nextAt ? <p className="text-muted">{t.rich('next', { time: () => <RelativeTime at={nextAt} /> })}</p> : null}
      {oldestAt ? (
        <p className="text-muted">{t.rich('oldest', { time: () => <RelativeTime at={oldestAt} /> })}</p>
      ) : null}
      {cancellations.slice(0, 3).map(({ id, state, done, total: of, requestedBy, createdAt }) => (
        <p key={id} className="text-xs text-muted tabular-nums" role={state === 'running' ? 'status' : undefined}>
          {t.rich(state === 'running' ? 'canceling' : 'canceled', {
            done,
            of,
            who: requestedBy,
            time: () => <RelativeTime at={createdAt} />,
          })}
        </p>
      ))}
    </Card>
  );
}

type FiltersProps = {
  backlog: Backlog;
  filter: BacklogFilter;
  onChange: (change: Record<string, string | undefined>) => void;
};

function Filters({ backlog, filter, onChange }: FiltersProps) {
  const t = useTranslations('delivery.backlog');
  const rules = useTranslations('messages.rules');
  const [asked, setAsked] = useState(false);
  const may = useMay(api.cancelBacklog.access);
  const pick = (name: string) => (value: string) => onChange({ [name]: value === 'all' ? undefined : value });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const counted = (label: string, count: number) => t('counted', { label, count });
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Select
        aria-label={t('channel')}
        className="w-52!"
        value={filter.channel ?? 'all'}
        onChange={pick('channel')}
        options={[
          { value: 'all', label: t('allChannels') },
          ...backlog.channels.map(({ channel, count }) => ({
            value: channel,
            label: counted(channelOf(channel).label, count),
          })),
        ]}
      />
      <Select
        aria-label={t('journey')}
        className="w-60!"
        value={filter.journeyId ?? 'all'}
        onChange={pick('journey')}
        options={[
          { value: 'all', label: t('allJourneys') },
          ...backlog.journeys.map(({ id, name, count }) => ({ value: id, label: counted(name, count) })),
        ]}
      />
      <Select
        aria-label={t('rule')}
        className="w-52!"
        value={filter.rule ?? 'all'}
        onChange={pick('rule')}
        options={[
          { value: 'all', label: t('allRules') },
          ...backlog.rules.map(({ rule, count }) => ({ value: rule, label: counted(ruleLabel(rules, rule), count) })),
        ]}
      />
      {may && backlog.total > 0 ? (
        <Button className="ml-auto" onClick={() => setAsked(true)}>
          {t(filtered ? 'cancelFiltered' : 'cancelAll')}
        </Button>
      ) : null}
      {asked ? <CancelAll filter={filter} backlog={backlog} onClose={() => setAsked(false)} /> : null}
    </div>
  );
}

/** Of a combination of filters nobody knows the number before it is counted: at most the least of each. */
function mostOf({ total, channels, journeys, rules }: Backlog, filter: BacklogFilter): number {
  const counts = [
    filter.channel && (channels.find(({ channel }) => channel === filter.channel)?.count ?? 0),
    filter.journeyId && (journeys.find(({ id }) => id === filter.journeyId)?.count ?? 0),
    filter.rule && (rules.find(({ rule }) => rule === filter.rule)?.count ?? 0),
  ].filter((count) => typeof count === 'number');
  return Math.min(total, ...counts);
}

function CancelAll({ filter, backlog, onClose }: { filter: BacklogFilter; backlog: Backlog; onClose: () => void }) {
  const t = useTranslations('delivery.backlog');
  const client = useQueryClient();
  const toast = useToast();
  const [requestId] = useState(newUuid);
  const count = mostOf(backlog, filter);
  const filters = Object.values(filter).filter((value) => value !== undefined).length;
  const cancel = useMutation({
    mutationFn: () => call(api.cancelBacklog, { body: { requestId, filter, expected: count } }),
    onSuccess: ({ total }) => {
      toast.say(t('started', { count: total }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: backlogKey }),
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('cancelAllTitle')}
      action={t('cancelAllAction')}
      dismiss={t('keepAll')}
      danger
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={() => cancel.mutate()}
    >
      {t(filters === 0 ? 'cancelAllDetail' : 'cancelFilteredDetail', { count, cut: String(filters > 1) })}
    </ConfirmDialog>
  );
}

'use client';

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, channelOf } from '@wend/contract/plain';
import type { BacklogFilter, HeldMessage } from '@wend/contract';
import { Hourglass } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useToast } from '@/components/ui/toast';
import { ruleLabel } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

export const backlogKey = ['delivery', 'backlog'] as const;

/** The messages of a filter, those that may go first first; each can be canceled. */
export function BacklogList({ filter }: { filter: BacklogFilter }) {
  const t = useTranslations('delivery.backlog');
  const held = useInfiniteQuery({
    queryKey: [...backlogKey, 'messages', filter],
    queryFn: ({ pageParam, signal }) =>
      call(api.heldMessages, { query: { ...filter, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const items = held.data?.pages.flatMap((page) => page.items) ?? [];
  if (held.isPending) return <ListSkeleton rows={6} />;
  if (held.isError && !held.data)
    return <ErrorState error={held.error} title={t('failed')} onRetry={() => void held.refetch()} />;
  return (
    <Card>
      {items.length === 0 && !held.hasNextPage ? (
        <EmptyState icon={<Hourglass size={20} strokeWidth={1.75} />} title={t('nothing')}>
          {t('nothingDetail')}
        </EmptyState>
      ) : (
        <Table label={t('title')}>
          <thead>
            <tr>
              <HeadCell>{t('person')}</HeadCell>
              <HeadCell>{t('message')}</HeadCell>
              <HeadCell>{t('why')}</HeadCell>
              <HeadCell>{t('until')}</HeadCell>
              <HeadCell>{t('expires')}</HeadCell>
              <HeadCell>{t('queued')}</HeadCell>
              <HeadCell>{t('priority')}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t('actions')}</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {items.map((message) => (
              <HeldRow key={message.id} message={message} />
            ))}
          </tbody>
        </Table>
      )}
      <LoadMore has={held.hasNextPage} busy={held.isFetchingNextPage} onMore={() => void held.fetchNextPage()} />
    </Card>
  );
}

function HeldRow({ message }: { message: HeldMessage }) {
  const t = useTranslations('delivery.backlog');
  const rules = useTranslations('messages.rules');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.cancelHeld.access);
  const [asked, setAsked] = useState(false);
  const cancel = useMutation({
    mutationFn: () => call(api.cancelHeld, { params: { id: message.id } }),
    onSuccess: () => {
      setAsked(false);
      toast.say(t('oneCanceled'));
    },
    onSettled: () => client.invalidateQueries({ queryKey: backlogKey }),
  });
  const { profile, journey, nodeName, channel, rule, says, until, expiresAt, queuedAt, priority, id } = message;
  return (
    <Row>
      <Cell className="min-w-28">
        <Link href={`/profiles/${profile.id}`} className="text-accent hover:underline">
          {profile.name}
        </Link>
      </Cell>
      <Cell className="min-w-44">
        <Link href={`/outbox?message=${id}`} className="block text-accent hover:underline">
          {nodeName}
        </Link>
        <span className="text-xs text-muted">
          {t('of', { channel: channelOf(channel).label, journey: journey.name })}
        </span>
      </Cell>
      <Cell className="max-w-sm min-w-56">{says ?? ruleLabel(rules, rule)}</Cell>
      <Cell>
        <RelativeTime at={until} />
      </Cell>
      <Cell>{expiresAt ? <RelativeTime at={expiresAt} /> : t('never')}</Cell>
      <Cell>
        <RelativeTime at={queuedAt} />
      </Cell>
      <Cell className="tabular-nums">{t('priorityOf', { priority: String(priority) })}</Cell>
      <Cell>
        {may ? (
          <Button
            size="sm"
            aria-label={t('cancelWhat', { message: nodeName, person: profile.name })}
            onClick={() => setAsked(true)}
          >
            {t('cancel')}
          </Button>
        ) : null}
        <ConfirmDialog
          open={asked}
          onOpenChange={setAsked}
          title={t('cancelOneTitle')}
          action={t('cancelOneAction')}
          dismiss={t('keepOne')}
          danger
          busy={cancel.isPending}
          error={cancel.error}
          onConfirm={() => cancel.mutate()}
        >
          {t('cancelOneDetail', { message: nodeName, person: profile.name })}
        </ConfirmDialog>
      </Cell>
    </Row>
  );
}

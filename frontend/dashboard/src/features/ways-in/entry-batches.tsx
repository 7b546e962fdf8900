'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { EntryBatch } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

const keyOf = (journeyId: string) => ['journeys', journeyId, 'batches'] as const;
const isOpen = ({ state }: EntryBatch) => state === 'gathering' || state === 'running';

type EntryBatchesProps = {
  journeyId: string;
  /** What a step is called. */
  nameOf: (node: string) => string;
};

/** Many people who come in at once: how far that is, and a way to stop it. Nothing while there was none. */
export function EntryBatches({ journeyId, nameOf }: EntryBatchesProps) {
  const t = useTranslations('ways-in.batches');
  const batches = useQuery({
    queryKey: keyOf(journeyId),
    queryFn: ({ signal }) => call(api.entryBatches, { params: { id: journeyId }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? 1_000 : 15_000),
  });
  const items = (batches.data?.items ?? []).slice(0, 5);
  if (items.length === 0) return null;
  return (
    <section aria-label={t('title')}>
      <h3 className="mb-2 text-xs font-medium text-muted">{t('title')}</h3>
      <ul className="divide-y divide-line rounded-lg border border-line bg-raised">
        {items.map((batch) => (
          <BatchRow key={batch.id} batch={batch} step={nameOf(batch.node)} journeyId={journeyId} />
        ))}
      </ul>
    </section>
  );
}

function BatchRow({ batch, step, journeyId }: { batch: EntryBatch; step: string; journeyId: string }) {
  const t = useTranslations('ways-in.batches');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.stopEntryBatch.access);
  const stop = useMutation({
    mutationFn: () => call(api.stopEntryBatch, { params: { id: batch.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(journeyId) }),
    onError: (error) => toast.fail(t('stopFailed'), error),
  });
  const refused = Object.values(batch.refused).reduce((sum, count) => sum + count, 0);
  const done = batch.entered + batch.held + refused;
  return (
    <li className="space-y-1.5 px-3 py-2.5">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 font-medium tabular-nums">
          {t(`state.${batch.state}`, { entered: batch.entered + batch.held, total: batch.total })}
        </p>
        {isOpen(batch) && may ? (
          <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
            {t('stop')}
          </Button>
        ) : null}
      </div>
      {isOpen(batch) ? (
        <progress aria-label={t('progress')} value={done} max={Math.max(1, batch.total)} className="h-2 w-full" />
      ) : null}
      <p className="text-xs text-muted tabular-nums">
        {step}
        {refused > 0 ? ` · ${t('keptOut', { count: refused })}` : ''}
        {batch.held > 0 ? ` · ${t('held', { count: batch.held })}` : ''} · <RelativeTime at={batch.createdAt} />
      </p>
      {batch.error ? <p className="text-xs text-bad">{batch.error}</p> : null}
    </li>
  );
}

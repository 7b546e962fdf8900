'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { LedgerStep, ResendBatch } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

export const batchesKey = (journeyId: string) => ['resend-batches', journeyId] as const;

/** What was sent to the missing, and how far that has come. */
export function Batches({ journeyId, steps }: { journeyId: string; steps: readonly LedgerStep[] }) {
  const t = useTranslations('ledger.batches');
  const client = useQueryClient();
  const batches = useQuery({
    queryKey: batchesKey(journeyId),
    queryFn: ({ signal }) => call(api.resendBatches, { params: { id: journeyId }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some((each) => each.state === 'running') ? 1_000 : 15_000),
  });
  const running = batches.data?.items.some(({ state }) => state === 'running') ?? false;
  const ran = useRef(false);
  useEffect(() => {
    // The figures above are those from before it.
    if (ran.current && !running) void client.invalidateQueries({ queryKey: ['ledger', journeyId] });
    ran.current = running;
  }, [running, client, journeyId]);
  const items = batches.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label={t('title')}>
      <h2 className="mb-2 text-md">{t('title')}</h2>
      <Card>
        <ul className="divide-y divide-line">
          {items.map((batch) => (
            <BatchRow
              key={batch.id}
              batch={batch}
              step={steps.find(({ node }) => node === batch.node)?.name ?? batch.node}
              journeyId={journeyId}
            />
          ))}
        </ul>
      </Card>
    </section>
  );
}

function BatchRow({ batch, step, journeyId }: { batch: ResendBatch; step: string; journeyId: string }) {
  const t = useTranslations('ledger.batches');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.stopResendBatch.access);
  const stop = useMutation({
    mutationFn: () => call(api.stopResendBatch, { params: { id: batch.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: batchesKey(journeyId) }),
    onError: (error) => toast.fail(t('stopFailed'), error),
  });
  const { done, total, skipped, state } = batch;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium tabular-nums">
          {t(`state.${state}`, { done, total })}
          {skipped > 0 ? ` · ${t('skipped', { count: skipped })}` : ''}
        </p>
        <p className="text-xs text-muted">{t('by', { who: batch.requestedBy, step, reason: batch.reason })}</p>
      </div>
      {state === 'running' ? (
        <progress aria-label={t('progress')} value={done + skipped} max={Math.max(1, total)} className="h-2 w-40" />
      ) : null}
      <RelativeTime at={batch.createdAt} className="text-xs text-muted" />
      {state === 'running' && may ? (
        <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
          {t('stop')}
        </Button>
      ) : null}
    </li>
  );
}

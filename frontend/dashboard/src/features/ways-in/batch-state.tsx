'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { EntryBatch } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

type BatchStateProps = {
  batch: EntryBatch;
  /** What it is of: the step, or the journey. */
  about: ReactNode;
  onStopped: () => Promise<unknown>;
};

/** How far a batch of people is, who was kept out, what went wrong, and a way to stop it. */
export function BatchState({ batch, about, onStopped }: BatchStateProps) {
  const t = useTranslations('ways-in.batches');
  const toast = useToast();
  const may = useMay(api.stopEntryBatch.access);
  const stop = useMutation({
    mutationFn: () => call(api.stopEntryBatch, { params: { id: batch.id } }),
    onSuccess: onStopped,
    onError: (error) => toast.fail(t('stopFailed'), error),
  });
  const isOpen = batch.state === 'gathering' || batch.state === 'running';
  const refused = Object.values(batch.refused).reduce((sum, count) => sum + count, 0);
  return (
    <div className="space-y-1.5">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 font-medium tabular-nums">
          {t(`state.${batch.state}`, { entered: batch.entered + batch.held, total: batch.total })}
        </p>
        {isOpen && may ? (
          <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
            {t('stop')}
          </Button>
        ) : null}
      </div>
      {isOpen ? (
        <progress
          aria-label={t('progress')}
          value={batch.entered + batch.held + refused}
          max={Math.max(1, batch.total)}
          className="h-2 w-full"
        />
      ) : null}
      <p className="text-xs text-muted tabular-nums">
        {about}
        {refused > 0 ? ` · ${t('keptOut', { count: refused })}` : ''}
        {batch.held > 0 ? ` · ${t('held', { count: batch.held })}` : ''} · <RelativeTime at={batch.createdAt} />
      </p>
      {batch.error ? <p className="text-xs break-words text-bad">{batch.error}</p> : null}
    </div>
  );
}

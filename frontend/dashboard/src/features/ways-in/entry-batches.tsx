'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { EntryBatch } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { call } from '@/lib/api-client';
import { BatchState } from './batch-state';

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
  const client = useQueryClient();
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
          <li key={batch.id} className="px-3 py-2.5">
            <BatchState
              batch={batch}
              about={nameOf(batch.node)}
              onStopped={() => client.invalidateQueries({ queryKey: keyOf(journeyId) })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';

const key = ['dead-letters'] as const;

/** Events that were accepted and could not be worked on: nothing is dropped in silence. */
export function DeadLettersSettings() {
  const t = useTranslations('settings.deadLettersSettings');
  const letters = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(api.deadLetters, { signal }),
    refetchInterval: 15_000,
  });
  const client = useQueryClient();
  const toast = useToast();
  const retry = useMutation({
    mutationFn: (id: string) => call(api.retryDeadLetter, { params: { id } }),
    onSuccess: () => {
      toast.say(t('queuedAgain'), { detail: t('queuedAgainDetail') });
      return client.invalidateQueries({ queryKey: key });
    },
    onError: (error) => toast.fail(t('retryFailed'), error),
  });
  const items = letters.data?.items ?? [];
  return (
    <Section title={t('title')} description={t('detail')}>
      {letters.isPending ? <ListSkeleton rows={2} /> : null}
      {letters.isError && !letters.data ? (
        <ErrorState error={letters.error} title={t('failed')} onRetry={() => void letters.refetch()} />
      ) : null}
      {letters.data && items.length === 0 ? (
        <EmptyState icon={<CircleCheck size={20} strokeWidth={1.75} />} title={t('empty')}>
          {t('emptyDetail')}
        </EmptyState>
      ) : null}
      <ul className="divide-y divide-line">
        {items.map((letter) => (
          <li key={letter.id} className="flex items-center gap-3 px-4 py-2.5">
            <div className="min-w-0 flex-1">
              <p className="truncate font-semibold">
                {letter.eventName} <RelativeTime at={letter.at} className="ml-1 text-xs font-normal text-muted" />
              </p>
              <p className="text-xs break-words text-bad">{letter.error}</p>
            </div>
            <Button
              size="sm"
              busy={retry.isPending && retry.variables === letter.id}
              onClick={() => retry.mutate(letter.id)}
            >
              {t('retry')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

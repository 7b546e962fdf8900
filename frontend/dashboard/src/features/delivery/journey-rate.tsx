'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { RateLimit } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { FormError, fieldError } from '@/components/ui/field';
import { ErrorState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { RateFields, draftOf, limitOf } from './rate-fields';
import { ratesKey } from './rates-section';

/** How fast the messages of a journey go; it acts at once, also on those that wait. */
export function JourneyRate({ journeyId }: { journeyId: string }) {
  const t = useTranslations('delivery.rates');
  const rates = useQuery({ queryKey: ratesKey, queryFn: ({ signal }) => call(api.rates, { signal }) });
  if (rates.isError && !rates.data)
    return <ErrorState error={rates.error} title={t('failed')} onRetry={() => void rates.refetch()} />;
  if (!rates.data) return null;
  const saved = rates.data.journeys.find(({ id }) => id === journeyId)?.limit ?? null;
  return <RateForm key={JSON.stringify(saved)} saved={saved} journeyId={journeyId} />;
}

function RateForm({ saved, journeyId }: { saved: RateLimit | null; journeyId: string }) {
  const t = useTranslations('delivery.rates');
  const [rate, setRate] = useState(draftOf(saved));
  const disabled = !useMay(api.saveJourneyRate.access);
  const client = useQueryClient();
  const toast = useToast();
  const limit = limitOf(rate);
  const save = useMutation({
    mutationFn: () => call(api.saveJourneyRate, { params: { id: journeyId }, body: { limit } }),
    onSuccess: () => {
      toast.say(t('saved'));
      return client.invalidateQueries({ queryKey: ratesKey });
    },
  });
  return (
    <div className="space-y-3">
      <RateFields
        label={t('journey')}
        help={t('journeyHelp')}
        rate={rate}
        onChange={setRate}
        disabled={disabled}
        problem={fieldError(save.error, 'limit.messages')}
      />
      <FormError error={save.error} />
      {JSON.stringify(limit) !== JSON.stringify(saved) && !disabled ? (
        <Button variant="primary" size="sm" busy={save.isPending} onClick={() => save.mutate()}>
          {t('save')}
        </Button>
      ) : null}
    </div>
  );
}

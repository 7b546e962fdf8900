'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { JourneyCaps, JourneyDelivery as Delivery } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { ErrorState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { CapFields, newCap } from './cap-fields';
import type { DraftCap } from './cap-fields';

const priorities = ['1', '2', '3', '4', '5'] as const;
const modes = ['workspace', 'own', 'counted', 'ignored'] as const;
type Mode = (typeof modes)[number];

/** The priority of a journey and the limits of its messages: they act at once, also on the published version. */
export function JourneyDelivery({ journeyId }: { journeyId: string }) {
  const t = useTranslations('delivery.journey');
  const key = ['delivery', 'journey', journeyId] as const;
  const delivery = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(api.journeyDelivery, { params: { id: journeyId }, signal }),
  });
  if (delivery.isError && !delivery.data)
    return <ErrorState error={delivery.error} title={t('failed')} onRetry={() => void delivery.refetch()} />;
  if (!delivery.data) return null;
  return <DeliveryForm key={JSON.stringify(delivery.data)} saved={delivery.data} journeyId={journeyId} />;
}

function DeliveryForm({ saved, journeyId }: { saved: Delivery; journeyId: string }) {
  const t = useTranslations('delivery.journey');
  const [priority, setPriority] = useState(saved.priority);
  const [mode, setMode] = useState<Mode>(saved.caps.mode);
  const [limits, setLimits] = useState<readonly DraftCap[]>(saved.caps.mode === 'own' ? saved.caps.limits : []);
  const disabled = !useMay(api.saveJourneyDelivery.access);
  const client = useQueryClient();
  const toast = useToast();
  const next = { priority, caps: mode === 'own' ? { mode, limits } : { mode } } as {
    priority: number;
    caps: JourneyCaps;
  };
  const save = useMutation({
    mutationFn: () => call(api.saveJourneyDelivery, { params: { id: journeyId }, body: next }),
    onSuccess: (stored) => {
      toast.say(t('saved'));
      client.setQueryData(['delivery', 'journey', journeyId], stored);
    },
  });
  const changed = JSON.stringify(next) !== JSON.stringify(saved);
  return (
    <section aria-label={t('title')} className="space-y-3 border-t border-line pt-4">
      <div>
        <h3 className="font-semibold">{t('title')}</h3>
        <p className="text-xs text-muted">{t('detail')}</p>
      </div>
      <Field label={t('priority')} help={t('priorityHelp')}>
        {(control) => (
          <Select
            {...control}
            disabled={disabled}
            value={String(priority)}
            onChange={(value) => setPriority(Number(value))}
            options={priorities.map((value) => ({ value, label: t(`priorities.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('limits')} help={t(`modeHelp.${mode}`)}>
        {(control) => (
          <Select
            {...control}
            disabled={disabled}
            value={mode}
            onChange={(value) => {
              setMode(value);
              if (value === 'own' && limits.length === 0) setLimits([newCap]);
            }}
            options={modes.map((value) => ({ value, label: t(`modes.${value}`) }))}
          />
        )}
      </Field>
      {mode === 'own' ? (
        <CapFields limits={limits} onChange={setLimits} disabled={disabled} error={save.error} path="caps.limits" />
      ) : null}
      <FormError error={save.error} />
      {changed && !disabled ? (
        <Button variant="primary" size="sm" busy={save.isPending} onClick={() => save.mutate()}>
          {t('save')}
        </Button>
      ) : null}
    </section>
  );
}

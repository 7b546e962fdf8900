'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Caps } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { FormError } from '@/components/ui/field';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { CapFields } from './cap-fields';
import type { DraftCap } from './cap-fields';

const key = ['delivery', 'caps'] as const;

/** How many messages a person may get, over all journeys. */
export function CapsSection() {
  const t = useTranslations('delivery.caps');
  const caps = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.caps, { signal }) });
  return (
    <Section title={t('title')} description={t('detail')}>
      {caps.isPending ? <ListSkeleton rows={2} /> : null}
      {caps.isError && !caps.data ? (
        <ErrorState error={caps.error} title={t('failed')} onRetry={() => void caps.refetch()} />
      ) : null}
      {caps.data ? <CapsForm key={JSON.stringify(caps.data)} saved={caps.data} /> : null}
    </Section>
  );
}

function CapsForm({ saved }: { saved: Caps }) {
  const t = useTranslations('delivery.caps');
  const [limits, setLimits] = useState<readonly DraftCap[]>(saved.limits);
  const [countTransactional, setCount] = useState(saved.countTransactional);
  const disabled = !useMay(api.saveCaps.access);
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => call(api.saveCaps, { body: { limits, countTransactional } as Caps }),
    onSuccess: (next) => {
      toast.say(t('saved'));
      client.setQueryData(key, next);
    },
  });
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {limits.length === 0 ? <p className="text-muted">{t('none')}</p> : null}
      <CapFields limits={limits} onChange={setLimits} disabled={disabled} error={save.error} path="limits" />
      <Checkbox
        label={t('countTransactional')}
        help={t('countTransactionalHelp')}
        disabled={disabled}
        checked={countTransactional}
        onChange={setCount}
      />
      <FormError error={save.error} />
      {disabled ? (
        <p className="text-xs text-muted">{t('readOnly')}</p>
      ) : (
        <div>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </div>
      )}
    </form>
  );
}

'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, channelOf, knownChannels } from '@wend/contract/plain';
import type { RateSettings, SaveRates } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { FormError, fieldError } from '@/components/ui/field';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { RateFields, draftOf, limitOf } from './rate-fields';
import type { DraftRate } from './rate-fields';

/** What the settings, and the limits of all journeys, are read under. */
export const ratesKey = ['delivery', 'rates'] as const;

/** How fast messages go: of the workspace, of each channel, and which journeys have a limit of their own. */
export function RatesSection() {
  const t = useTranslations('delivery.rates');
  const rates = useQuery({ queryKey: ratesKey, queryFn: ({ signal }) => call(api.rates, { signal }) });
  return (
    <Section title={t('title')} description={t('detail')}>
      {rates.isPending ? <ListSkeleton rows={3} /> : null}
      {rates.isError && !rates.data ? (
        <ErrorState error={rates.error} title={t('failed')} onRetry={() => void rates.refetch()} />
      ) : null}
      {rates.data ? (
        <>
          <RatesForm key={JSON.stringify(rates.data)} saved={rates.data} />
          <Journeys journeys={rates.data.journeys} />
        </>
      ) : null}
    </Section>
  );
}

function RatesForm({ saved }: { saved: RateSettings }) {
  const t = useTranslations('delivery.rates');
  const [workspace, setWorkspace] = useState(draftOf(saved.workspace));
  const [limits, setLimits] = useState<Readonly<Record<string, DraftRate>>>(
    Object.fromEntries(saved.channels.map(({ channel, limit }) => [channel, limit])),
  );
  const disabled = !useMay(api.saveRates.access);
  const client = useQueryClient();
  const toast = useToast();
  const named = [...new Set([...knownChannels().map(({ name }) => name), ...Object.keys(limits)])];
  const body: SaveRates = {
    workspace: limitOf(workspace),
    channels: named.flatMap((channel) => {
      const rate = limits[channel];
      const limit = rate ? limitOf(rate) : null;
      return limit ? [{ channel, limit }] : [];
    }),
  };
  const save = useMutation({
    mutationFn: () => call(api.saveRates, { body }),
    onSuccess: (next) => {
      toast.say(t('saved'));
      client.setQueryData(ratesKey, next);
    },
  });
  const problemOf = (channel: string): string | undefined => {
    const at = body.channels.findIndex((each) => each.channel === channel);
    return at < 0 ? undefined : fieldError(save.error, `channels.${at}.limit.messages`);
  };
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <RateFields
        label={t('workspace')}
        help={t('workspaceHelp')}
        rate={workspace}
        onChange={setWorkspace}
        disabled={disabled}
        problem={fieldError(save.error, 'workspace.messages')}
      />
      <fieldset className="grid gap-3">
        <legend className="mb-2 font-medium">{t('channels')}</legend>
        <div className="grid gap-3 sm:grid-cols-2">
          {named.map((channel) => (
            <RateFields
              key={channel}
              label={channelOf(channel).label}
              rate={limits[channel] ?? draftOf(null)}
              onChange={(rate) => setLimits({ ...limits, [channel]: rate })}
              disabled={disabled}
              problem={problemOf(channel)}
            />
          ))}
        </div>
      </fieldset>
      <p className="text-xs text-muted">{t('connections')}</p>
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

function Journeys({ journeys }: { journeys: RateSettings['journeys'] }) {
  const t = useTranslations('delivery.rates');
  return (
    <div className="border-t border-line p-4">
      <h3 className="font-medium">{t('journeys')}</h3>
      {journeys.length === 0 ? <p className="mt-1 text-xs text-muted">{t('noJourneys')}</p> : null}
      <ul className="mt-1 space-y-1">
        {journeys.map(({ id, name, limit }) => (
          <li key={id} className="flex flex-wrap justify-between gap-x-4">
            <Link href={`/journeys/${id}`} className="min-w-0 truncate text-accent hover:underline">
              {name}
            </Link>
            <span className="text-muted">{t(`rate.${limit.per}`, { messages: limit.messages })}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

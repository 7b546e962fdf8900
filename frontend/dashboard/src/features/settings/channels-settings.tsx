'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ChannelState, ProviderForm } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Badge } from '@/components/ui/badge';
import { Section } from '@/components/ui/card';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { channelsKey, useChannelStates } from '@/features/messages/channels';
import type { Translator } from '@/i18n/translator';
import { call } from '@/lib/api-client';
import { pageLanguage } from '@/lib/locale';
import { useMay } from '@/lib/session';
import { useConnections } from './connections/use-connections';

/** Where the messages of each channel go, and whether it is in the sandbox. */
export function ChannelsSettings() {
  const t = useTranslations('settings.channelsSettings');
  const channels = useChannelStates();
  const providers = useConnections().data?.providers ?? [];
  return (
    <Section title={t('channels')} description={t('detail')}>
      {channels.isPending ? <ListSkeleton rows={5} /> : null}
      {channels.isError && !channels.data ? (
        <ErrorState error={channels.error} title={t('failed')} onRetry={() => void channels.refetch()} />
      ) : null}
      {channels.data ? (
        <ul className="divide-y divide-line">
          {channels.data.items.map((state) => (
            <ChannelRow
              key={state.channel}
              state={state}
              providers={providers.filter(({ channel }) => channel === state.channel)}
            />
          ))}
        </ul>
      ) : null}
    </Section>
  );
}

function ChannelRow({ state, providers }: { state: ChannelState; providers: ProviderForm[] }) {
  const t = useTranslations('settings.channelsSettings');
  const { channel, route, sandbox, definition } = state;
  const id = useId();
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.setSandbox.access);
  const change = useMutation({
    mutationFn: (next: boolean) => call(api.setSandbox, { body: { channel, sandbox: next } }),
    onSuccess: () => client.invalidateQueries({ queryKey: channelsKey }),
    onError: (error) => toast.fail(t('changeFailed'), error),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3" data-testid={`channel-${channel}`}>
      <div className="min-w-40 flex-1">
        <div className="flex items-center gap-2">
          <span className="font-medium">{definition.label}</span>
          <RouteBadge route={route} />
        </div>
        <p className="text-xs text-muted">{words(t, { state, providers })}</p>
      </div>
      <div className="flex items-center gap-4">
        <label htmlFor={id} className="text-muted">
          {t.rich('useSandbox', {
            label: definition.label,
            span: (chunks) => <span className="sr-only">{chunks}</span>,
          })}
        </label>
        <Switch
          id={id}
          checked={sandbox}
          disabled={!may || change.isPending}
          onCheckedChange={(next) => change.mutate(next)}
        />
      </div>
    </li>
  );
}

function RouteBadge({ route }: { route: ChannelState['route'] }) {
  const t = useTranslations('settings.channelsSettings');
  if (route === 'provider')
    return (
      <Badge tone="accent" dot>
        {t('live')}
      </Badge>
    );
  return route === 'sandbox' ? <Badge>{t('sandbox')}</Badge> : <Badge tone="warn">{t('noProvider')}</Badge>;
}

function words(
  t: Translator<'settings.channelsSettings'>,
  { state: { route, provider }, providers }: { state: ChannelState; providers: ProviderForm[] },
): string {
  if (route === 'sandbox') return provider === null ? t('where.sandboxOnly') : t('where.sandbox', { provider });
  if (route === 'provider')
    return providers.some(({ settings, title }) => settings === null && title === provider)
      ? t('where.direct')
      : t('where.provider', { provider: provider ?? '' });
  const titles = providers.map(({ title }) => t('quoted', { title }));
  return titles.length > 0
    ? t('where.setUp', { providers: new Intl.ListFormat(pageLanguage(), { type: 'disjunction' }).format(titles) })
    : t('where.none');
}

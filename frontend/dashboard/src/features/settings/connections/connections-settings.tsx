'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { Channel, Connection, ProviderForm } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Section } from '@/components/ui/card';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useChannels } from '@/features/messages/channels';
import { useMay } from '@/lib/session';
import { ConnectionForm } from './connection-form';
import { ConnectionRow } from './connection-row';
import { useConnections, useOrderConnections } from './use-connections';

/** What is set up, by channel and in the order in which it is asked, and what else can be. */
export function ConnectionsSettings() {
  const t = useTranslations('settings.connectionsSettings');
  const connections = useConnections();
  const known = useChannels();
  if (connections.isPending)
    return (
      <Section title={t('connections')}>
        <ListSkeleton rows={3} />
      </Section>
    );
  if (!connections.data)
    return (
      <Section title={t('connections')}>
        <ErrorState error={connections.error} title={t('failed')} onRetry={() => void connections.refetch()} />
      </Section>
    );
  const { items, providers } = connections.data;
  const used = new Set(items.map(({ channel }) => channel));
  // As all lists of channels are; one whose package is gone comes last.
  const channels = [...new Set([...known.map(({ name }) => name).filter((name) => used.has(name)), ...used])];
  return (
    <>
      {items.length === 0 ? (
        <Section title={t('connections')}>
          <EmptyState title={t('empty')}>{t('emptyDetail')}</EmptyState>
        </Section>
      ) : null}
      {channels.map((channel) => (
        <ChannelConnections
          key={channel}
          channel={channel}
          connections={items.filter((each) => each.channel === channel)}
          providers={providers}
        />
      ))}
      <AddConnection providers={providers.filter(({ settings }) => settings !== null)} />
    </>
  );
}

type ChannelConnectionsProps = { channel: Channel; connections: Connection[]; providers: ProviderForm[] };

function ChannelConnections({ channel, connections, providers }: ChannelConnectionsProps) {
  const t = useTranslations('settings.connectionsSettings');
  const order = useOrderConnections(channel);
  const ids = connections.map(({ id }) => id);
  const moveTo = (index: number, to: number) => {
    const next = ids.filter((_, each) => each !== index);
    next.splice(to, 0, ids[index]!);
    order.mutate(next);
  };
  const usual = connections.find(({ enabled, rule }) => enabled && rule === null);
  return (
    <Section
      title={t('channelTitle', { label: channelOf(channel).label })}
      description={connections.length > 1 ? t('orderDetail') : undefined}
    >
      <ol className="divide-y divide-line">
        {connections.map((connection, index) => (
          <ConnectionRow
            key={connection.id}
            connection={connection}
            provider={providers.find(({ name }) => name === connection.kind) ?? null}
            isUsual={connection.id === usual?.id}
            onUp={index > 0 && !order.isPending ? () => moveTo(index, index - 1) : null}
            onDown={index < ids.length - 1 && !order.isPending ? () => moveTo(index, index + 1) : null}
          />
        ))}
      </ol>
    </Section>
  );
}

function AddConnection({ providers }: { providers: ProviderForm[] }) {
  const t = useTranslations('settings.connectionsSettings');
  const [chosen, setChosen] = useState<string>();
  const may = useMay(api.addConnection.access);
  if (!may) return null;
  const provider = providers.find(({ name }) => name === chosen);
  return (
    <Section title={t('add')} description={provider?.description ?? t('addDetail')}>
      <div className="p-4">
        <Select
          className="w-full max-w-sm"
          aria-label={t('provider')}
          placeholder={t('choose')}
          value={chosen}
          onChange={setChosen}
          options={providers.map(({ name, title, channel }) => ({
            value: name,
            label: title,
            hint: channelOf(channel).label,
          }))}
        />
      </div>
      {provider ? (
        <ConnectionForm
          key={provider.name}
          provider={provider}
          connection={null}
          onAdded={() => setChosen(undefined)}
        />
      ) : null}
    </Section>
  );
}

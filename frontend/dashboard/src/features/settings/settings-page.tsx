'use client';

import { api } from '@wend/contract/plain';
import {
  Bell,
  Building2,
  CircleUser,
  Gauge,
  KeyRound,
  MailX,
  MapPin,
  Plug,
  Rocket,
  Send,
  Tags,
  TriangleAlert,
  Users,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { TopicsSettings } from '@/features/consents/topics-settings';
import { DeliverySettings } from '@/features/delivery/delivery-settings';
import { AlarmsSettings } from '@/features/alarms/settings/alarms-settings';
import { HttpConnectionsSettings } from '@/features/http-connections/http-connections-settings';
import { PlacesSettings } from '@/features/places/places-settings';
import { SuppressionsSettings } from '@/features/suppressions/suppressions-settings';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { AccountSettings } from './account-settings';
import { ApiKeysSettings } from './api-keys-settings';
import { ChannelsSettings } from './channels-settings';
import { ConnectionsSettings } from './connections/connections-settings';
import { DeadLettersSettings } from './dead-letters-settings';
import { FirstEventSettings } from './first-event-settings';
import { MembersSettings } from './members-settings';
import { RepliesSettings } from './replies/replies-settings';
import { TemplatesSettings } from './templates/templates-settings';
import { WorkspaceSettings } from './workspace-settings';

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
type Place = { value: string; label: string; icon: ReactNode; content: ReactNode };

/** One page with places of its own; the address names the place. `demoShop`: whether there is one to show. */
export function SettingsPage({ demoShop }: { demoShop: boolean }) {
  const t = useTranslations('settings.settingsPage');
  const { get } = useQueryState();
  const mayBuild = useMay(api.apiKeys.access);
  const places: Place[] = [
    {
      value: 'start',
      label: t('firstEvent'),
      icon: <Rocket {...icon} />,
      content: <FirstEventSettings demoShop={demoShop} />,
    },
    { value: 'workspace', label: t('workspace'), icon: <Building2 {...icon} />, content: <WorkspaceSettings /> },
    ...(mayBuild
      ? [
          { value: 'keys', label: t('apiKeys'), icon: <KeyRound {...icon} />, content: <ApiKeysSettings /> },
          {
            value: 'channels',
            label: t('channels'),
            icon: <Send {...icon} />,
            content: (
              <>
                <ChannelsSettings />
                <ConnectionsSettings />
                <TemplatesSettings />
                <RepliesSettings />
              </>
            ),
          },
        ]
      : []),
    {
      value: 'http-connections',
      label: t('httpConnections'),
      icon: <Plug {...icon} />,
      content: <HttpConnectionsSettings />,
    },
    {
      value: 'suppressions',
      label: t('suppressions'),
      icon: <MailX {...icon} />,
      content: <SuppressionsSettings />,
    },
    { value: 'topics', label: t('topics'), icon: <Tags {...icon} />, content: <TopicsSettings /> },
    { value: 'delivery', label: t('delivery'), icon: <Gauge {...icon} />, content: <DeliverySettings /> },
    { value: 'alarms', label: t('alarms'), icon: <Bell {...icon} />, content: <AlarmsSettings /> },
    { value: 'places', label: t('places'), icon: <MapPin {...icon} />, content: <PlacesSettings /> },
    { value: 'members', label: t('members'), icon: <Users {...icon} />, content: <MembersSettings /> },
    { value: 'account', label: t('account'), icon: <CircleUser {...icon} />, content: <AccountSettings /> },
    ...(mayBuild
      ? [
          {
            value: 'dead-letters',
            label: t('failedEvents'),
            icon: <TriangleAlert {...icon} />,
            content: <DeadLettersSettings />,
          },
        ]
      : []),
  ];
  const here = places.find(({ value }) => value === get('tab')) ?? (places[0] as Place);
  return (
    <>
      <PageHeader title={t('settings')} />
      <PageBody>
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-5 md:grid-cols-[180px_minmax(0,1fr)]">
          <nav aria-label={t('settings')} className="flex gap-0.5 max-md:flex-wrap md:flex-col">
            {places.map(({ value, label, icon: placeIcon }) => (
              <Link
                key={value}
                href={`/settings?tab=${value}`}
                replace
                scroll={false}
                aria-current={value === here.value ? 'page' : undefined}
                className={cx(
                  'flex h-8 shrink-0 items-center gap-2.5 rounded-md px-2.5 font-medium whitespace-nowrap',
                  value === here.value ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink',
                )}
              >
                {placeIcon}
                {label}
              </Link>
            ))}
          </nav>
          <div className="min-w-0 max-w-3xl space-y-5">{here.content}</div>
        </div>
      </PageBody>
    </>
  );
}

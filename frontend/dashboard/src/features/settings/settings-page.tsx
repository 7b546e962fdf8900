'use client';

import { api } from '@wend/contract/plain';
import { CircleUser, KeyRound, Mail, Rocket, TriangleAlert, Users } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { AccountSettings } from './account-settings';
import { ApiKeysSettings } from './api-keys-settings';
import { DeadLettersSettings } from './dead-letters-settings';
import { EmailSettings } from './email-settings';
import { FirstEventSettings } from './first-event-settings';
import { MembersSettings } from './members-settings';

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
type Place = { value: string; label: string; icon: ReactNode; content: ReactNode };

/** One page with places of its own; the address names the place. */
export function SettingsPage() {
  const { get } = useQueryState();
  const mayBuild = useMay(api.apiKeys.access);
  const places: Place[] = [
    { value: 'start', label: 'First event', icon: <Rocket {...icon} />, content: <FirstEventSettings /> },
    ...(mayBuild ? [
      { value: 'keys', label: 'API keys', icon: <KeyRound {...icon} />, content: <ApiKeysSettings /> },
      { value: 'email', label: 'E-mail', icon: <Mail {...icon} />, content: <EmailSettings /> },
    ] : []),
    { value: 'members', label: 'Members', icon: <Users {...icon} />, content: <MembersSettings /> },
    { value: 'account', label: 'Your account', icon: <CircleUser {...icon} />, content: <AccountSettings /> },
    ...(mayBuild ? [{ value: 'dead-letters', label: 'Dead letters', icon: <TriangleAlert {...icon} />, content: <DeadLettersSettings /> }] : []),
  ];
  const here = places.find(({ value }) => value === get('tab')) ?? (places[0] as Place);
  return (
    <>
      <PageHeader title="Settings" />
      <PageBody>
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-5 md:grid-cols-[180px_minmax(0,1fr)]">
          <nav aria-label="Settings" className="flex gap-0.5 max-md:flex-wrap md:flex-col">
            {places.map(({ value, label, icon: placeIcon }) => (
              <Link key={value} href={`/settings?tab=${value}`} replace scroll={false} aria-current={value === here.value ? 'page' : undefined} className={cx('flex h-8 shrink-0 items-center gap-2.5 rounded-md px-2.5 font-medium whitespace-nowrap', value === here.value ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink')}>
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

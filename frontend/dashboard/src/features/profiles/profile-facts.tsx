'use client';

import type { Channel, Json, ProfileDetail } from '@wend/contract';
import { channels } from '@wend/contract/plain';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Section } from '@/components/ui/card';
import { CopyButton } from '@/components/ui/code-block';
import { ChannelIcon, channelLabels } from '@/features/messages/channels';

const deviceKinds = { fcm: 'Phone', webpush: 'Browser', sandbox: 'Sandbox' } as const;
const permissionTones = { authorized: 'good', provisional: 'warn', denied: 'bad' } as const;

/** What is known of a person, beside what they did. */
export function ProfileFacts({ profile }: { profile: ProfileDetail }) {
  const traits = Object.entries(profile.traits);
  const reached = channels.filter((channel) => profile.reachable[channel] !== undefined);
  return (
    <div className="space-y-4">
      <Section title="Traits">
        {traits.length > 0 ? <Facts>{traits.map(([name, value]) => <Fact key={name} name={name}><TraitValue value={value} /></Fact>)}</Facts> : <p className="p-4 text-muted">None yet: <code className="font-mono text-xs">identify</code> sets them.</p>}
      </Section>
      <Section title="Reachable by">
        <ul className="space-y-2 p-4">{reached.map((channel) => <Reach key={channel} channel={channel} yes={profile.reachable[channel] === true} />)}</ul>
      </Section>
      <Section title="Devices">
        {profile.devices.length === 0 ? <p className="p-4 text-muted">None: push needs one.</p> : (
          <ul className="divide-y divide-line">
            {profile.devices.map((device) => (
              <li key={device.id} className="px-4 py-2.5">
                <div className="flex items-center gap-2"><span className="font-medium">{deviceKinds[device.kind]}</span><Badge tone={permissionTones[device.permission]}>{device.permission}</Badge></div>
                <p className="truncate font-mono text-2xs text-muted" title={device.token}>{device.token}</p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Known as">
        <Facts>
          <Fact name="external id">{profile.externalId ? <Id value={profile.externalId} /> : <span className="text-muted">none</span>}</Fact>
          {profile.anonymousIds.map((each) => <Fact key={each} name="anonymous id"><Id value={each} /></Fact>)}
          <Fact name="profile"><Id value={profile.id} /></Fact>
        </Facts>
      </Section>
    </div>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[minmax(80px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5 p-4">{children}</dl>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="max-w-32 truncate text-muted" title={name}>{name}</dt><dd className="min-w-0 break-words">{children}</dd></>;
}

function TraitValue({ value }: { value: Json }) {
  if (value === null) return <span className="text-muted">none</span>;
  if (typeof value === 'object') return <code className="font-mono text-xs break-all">{JSON.stringify(value)}</code>;
  return <span>{typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)}</span>;
}

function Id({ value }: { value: string }) {
  return <span className="flex items-center gap-1"><span className="min-w-0 truncate font-mono text-xs" title={value}>{value}</span><CopyButton text={value} label="Copy id" className="-my-1.5" /></span>;
}

function Reach({ channel, yes }: { channel: Channel; yes: boolean }) {
  return (
    <li className="flex items-center gap-2.5">
      <span className="text-muted"><ChannelIcon channel={channel} /></span>
      <span className="flex-1">{channelLabels[channel]}</span>
      {yes ? <span className="flex items-center gap-1 text-good"><Check size={14} aria-hidden />yes</span> : <span className="flex items-center gap-1 text-muted"><Minus size={14} aria-hidden />no</span>}
    </li>
  );
}

'use client';

import type { PersonConsents, ProfileDetail } from '@wend/contract';
import { api, channelOf, channelWords } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { FormError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { ConsentHistory } from '@/features/consents/consent-history';
import { useChangeConsents, useConsentsOf } from '@/features/consents/use-topics';
import { ChannelIcon, useChannels } from '@/features/messages/channels';
import { useMay } from '@/lib/session';
import { ConsentActions, ConsentPause } from './consent-pause';
import { ConsentTopics } from './consent-topics';

/** What somebody wants to subscribe a person to. `said`: the person had left it, or said nothing of it. */
export type Asked = { channel: string; topic: string | null; words: string; said: boolean };

/** Each channel: whether messages can reach the person, and whether they want them; and the same of topics. */
export function ConsentSection({ profile }: { profile: ProfileDetail }) {
  const words = useTranslations('consents.person');
  const may = useMay(api.stateConsents.access);
  const consents = useConsentsOf(profile.id);
  const change = useChangeConsents(profile.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [history, setHistory] = useState(false);
  const set = ({ channel, topic }: Pick<Asked, 'channel' | 'topic'>, wants: boolean) =>
    change.mutate(
      { channel, topic, state: wants ? 'subscribed' : 'unsubscribed' },
      { onSuccess: () => setAsked(null) },
    );
  // Nobody is subscribed but on purpose: it is for people to say so.
  const choose = (what: Asked, wants: boolean) => (wants ? setAsked(what) : set(what, false));
  const said = consents.data?.said ?? [];
  const left = (channel: string) => {
    const own = saidOf(said, channel);
    return own ? own.state !== 'subscribed' : profile.unsubscribed.includes(channel);
  };
  const shared = { may, busy: change.isPending, onChoose: choose };
  return (
    <Section title={words('title')} action={<Button onClick={() => setHistory(true)}>{words('history')}</Button>}>
      {consents.isError && !consents.data ? (
        <ErrorState error={consents.error} title={words('failed')} onRetry={() => void consents.refetch()} />
      ) : null}
      <ConsentPause profileId={profile.id} until={consents.data?.pausedUntil ?? null} may={may} />
      <Channels profile={profile} said={said} left={left} {...shared} />
      <ConsentTopics topics={consents.data?.topics ?? []} said={said} left={left} {...shared} />
      {asked === null && change.error ? <FormError error={change.error} className="m-4" /> : null}
      {may ? <ConsentActions profileId={profile.id} paused={consents.data?.pausedUntil != null} /> : null}
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={words(asked?.said ? 'resubscribeTitle' : 'subscribeTitle', { what: asked?.words ?? '' })}
        action={words('subscribe')}
        busy={change.isPending}
        error={change.error}
        onConfirm={() => asked !== null && set(asked, true)}
      >
        {words(asked?.said ? 'resubscribeDetail' : 'subscribeDetail', { name: profile.name })}
      </ConfirmDialog>
      {history ? <ConsentHistory profile={profile} onClose={() => setHistory(false)} /> : null}
    </Section>
  );
}

type Said = PersonConsents['said'];

function saidOf(said: Said, channel: string): Said[number] | undefined {
  return said.find((each) => each.channel === channel && each.topic === null);
}

type ChannelsProps = {
  profile: ProfileDetail;
  said: Said;
  left: (channel: string) => boolean;
  may: boolean;
  busy: boolean;
  onChoose: (asked: Asked, wants: boolean) => void;
};

function Channels({ profile, said, left, may, busy, onChoose }: ChannelsProps) {
  const t = useTranslations('profiles.consent');
  const words = useTranslations('consents.person');
  const channels = useChannels().filter(({ name, address }) => address && profile.reachable[name] !== undefined);
  const stateOf = (channel: string) => {
    const own = saidOf(said, channel);
    if (own?.everything) return words('everything');
    if (own?.state === 'pending') return words('pending');
    if (left(channel)) return t('unsubscribed');
    if (profile.suppressed.includes(channel)) return t('suppressed');
    return profile.reachable[channel] ? t('reachable') : t('noAddress');
  };
  return (
    <ul className="divide-y divide-line">
      {channels.map(({ name, label }) => {
        const own = saidOf(said, name);
        return (
          <li key={name} className="flex items-center gap-2.5 px-4 py-2.5">
            <span className="text-muted">
              <ChannelIcon channel={name} />
            </span>
            <div className="min-w-0 flex-1">
              <p>{label}</p>
              <p className="text-xs text-muted">
                {stateOf(name)}
                {own ? (
                  <>
                    {' · '}
                    <RelativeTime at={own.at} zone={profile.timeZone} />
                  </>
                ) : null}
              </p>
            </div>
            {may ? (
              <Switch
                checked={!left(name)}
                disabled={busy}
                aria-label={t('messagesBy', { channel: channelWords(name) })}
                onCheckedChange={(wants) =>
                  onChoose({ channel: name, topic: null, words: channelOf(name).plural, said: true }, wants)
                }
              />
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

'use client';

import type { ProfileDetail } from '@wend/contract';
import { api, channelOf } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { FormError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { ConsentHistory } from '@/features/consents/consent-history';
import { useChangeConsents, useConsentsOf, usePreferencesLink, useTopics } from '@/features/consents/use-topics';
import { ChannelIcon, useChannels } from '@/features/messages/channels';
import { useMay } from '@/lib/session';

type Asked = { channel: string; topic: string | null; words: string };
const pauseMs = 30 * 24 * 3_600_000;

/** Each channel: whether messages can reach the person, and whether they want them; and the same of topics. */
export function ConsentSection({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.consent');
  const words = useTranslations('consents.person');
  const may = useMay(api.stateConsents.access);
  const consents = useConsentsOf(profile.id);
  const change = useChangeConsents(profile.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [history, setHistory] = useState(false);
  const channels = useChannels()
    .map(({ name }) => name)
    .filter((channel) => profile.reachable[channel] !== undefined);
  const set = ({ channel, topic }: Pick<Asked, 'channel' | 'topic'>, wants: boolean) =>
    change.mutate(
      { channel, topic, state: wants ? 'subscribed' : 'unsubscribed' },
      { onSuccess: () => setAsked(null) },
    );
  // Who has left is brought back only on purpose: they said so themselves.
  const choose = (what: Asked, wants: boolean) => (wants ? setAsked(what) : set(what, false));
  const said = consents.data?.said ?? [];
  const stateOf = (channel: string) => said.find((each) => each.channel === channel && each.topic === null);
  return (
    <Section title={words('title')} action={<Button onClick={() => setHistory(true)}>{words('history')}</Button>}>
      {consents.isError && !consents.data ? (
        <ErrorState error={consents.error} title={words('failed')} onRetry={() => void consents.refetch()} />
      ) : null}
      <Pause profile={profile} until={consents.data?.pausedUntil ?? null} may={may} />
      <ul className="divide-y divide-line">
        {channels.map((channel) => {
          const own = stateOf(channel);
          const left = own ? own.state !== 'subscribed' : profile.unsubscribed.includes(channel);
          const { label } = channelOf(channel);
          return (
            <li key={channel} className="flex items-center gap-2.5 px-4 py-2.5">
              <span className="text-muted">
                <ChannelIcon channel={channel} />
              </span>
              <div className="min-w-0 flex-1">
                <p>{label}</p>
                <p className="text-xs text-muted">
                  {own?.everything
                    ? words('everything')
                    : own?.state === 'pending'
                      ? words('pending')
                      : left
                        ? t('unsubscribed')
                        : profile.suppressed.includes(channel)
                          ? t('suppressed')
                          : profile.reachable[channel]
                            ? t('reachable')
                            : t('noAddress')}
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
                  checked={!left}
                  disabled={change.isPending}
                  aria-label={t('messagesBy', { channel: label })}
                  onCheckedChange={(wants) => choose({ channel, topic: null, words: label }, wants)}
                />
              ) : null}
            </li>
          );
        })}
      </ul>
      <Topics topics={consents.data?.topics ?? []} may={may} busy={change.isPending} onChoose={choose} />
      {asked === null && change.error ? <FormError error={change.error} className="m-4" /> : null}
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={words('resubscribeTitle', { what: asked?.words ?? '' })}
        action={words('resubscribe')}
        busy={change.isPending}
        error={change.error}
        onConfirm={() => asked !== null && set(asked, true)}
      >
        {words('resubscribeDetail', { name: profile.name })}
      </ConfirmDialog>
      {history ? <ConsentHistory profile={profile} onClose={() => setHistory(false)} /> : null}
    </Section>
  );
}

type TopicsProps = {
  topics: { topic: string; channel: string; state: string }[];
  may: boolean;
  busy: boolean;
  onChoose: (asked: Asked, wants: boolean) => void;
};

function Topics({ topics, may, busy, onChoose }: TopicsProps) {
  const words = useTranslations('consents.person');
  const known = useTopics().data ?? [];
  if (topics.length === 0) return null;
  const nameOf = (key: string) => known.find((topic) => topic.key === key)?.name ?? key;
  return (
    <>
      <h3 className="border-t border-line px-4 pt-3 text-xs font-medium text-muted">{words('topics')}</h3>
      <ul className="divide-y divide-line">
        {topics.map(({ topic, channel, state }) => {
          const what = words('topicBy', { topic: nameOf(topic), channel: channelOf(channel).label });
          return (
            <li key={`${topic} ${channel}`} className="flex items-center gap-2.5 px-4 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="truncate">{what}</p>
                {state === 'pending' ? <p className="text-xs text-muted">{words('pending')}</p> : null}
              </div>
              {may ? (
                <Switch
                  checked={state === 'subscribed'}
                  disabled={busy}
                  aria-label={what}
                  onCheckedChange={(wants) => onChoose({ channel, topic, words: what }, wants)}
                />
              ) : (
                <span className="text-xs text-muted">
                  {words(`states.${state as 'subscribed' | 'unsubscribed' | 'pending'}`)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** The pause of everything, and the link to the person's own page. */
function Pause({ profile, until, may }: { profile: ProfileDetail; until: string | null; may: boolean }) {
  const words = useTranslations('consents.person');
  const change = useChangeConsents(profile.id);
  const link = usePreferencesLink(profile.id);
  const toast = useToast();
  if (!may && until === null) return null;
  const copy = () =>
    link.mutate(undefined, {
      onSuccess: ({ url }) => void navigator.clipboard.writeText(url).then(() => toast.say(words('copied'))),
    });
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5">
      {until === null ? null : (
        <p className="w-full">{words('paused', { date: new Date(until).toLocaleDateString() })}</p>
      )}
      {may ? (
        <>
          <Button
            busy={change.isPending}
            onClick={() =>
              change.mutate({ until: until === null ? new Date(Date.now() + pauseMs).toISOString() : null })
            }
          >
            {until === null ? words('pause') : words('resume')}
          </Button>
          <Button busy={link.isPending} onClick={copy}>
            {words('page')}
          </Button>
        </>
      ) : null}
      <FormError error={change.error ?? link.error} />
    </div>
  );
}

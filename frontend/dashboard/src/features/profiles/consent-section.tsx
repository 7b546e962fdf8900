'use client';

import type { Channel, ProfileDetail } from '@wend/contract';
import { api, channelOf } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Section } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { FormError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { Switch } from '@/components/ui/switch';
import { ChannelIcon, useChannels } from '@/features/messages/channels';
import { useMay } from '@/lib/session';
import { useEditPerson } from './use-person';

/** Each channel: whether messages can reach the person, and whether they may be sent. */
export function ConsentSection({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.consent');
  const may = useMay(api.editProfile.access);
  const edit = useEditPerson(profile.id);
  const [asked, setAsked] = useState<Channel | null>(null);
  const channels = useChannels()
    .map(({ name }) => name)
    .filter((channel) => profile.reachable[channel] !== undefined);
  const set = (channel: Channel, wants: boolean) =>
    edit.mutate(
      { consents: { [channel]: wants ? 'subscribed' : 'unsubscribed' } },
      { onSuccess: () => setAsked(null) },
    );
  return (
    <Section title={t('title')}>
      <ul className="divide-y divide-line">
        {channels.map((channel) => {
          const left = profile.unsubscribed.includes(channel);
          const said = profile.consents.find((each) => each.channel === channel);
          const { label } = channelOf(channel);
          return (
            <li key={channel} className="flex items-center gap-2.5 px-4 py-2.5">
              <span className="text-muted">
                <ChannelIcon channel={channel} />
              </span>
              <div className="min-w-0 flex-1">
                <p>{label}</p>
                <p className="text-xs text-muted">
                  {left
                    ? t('unsubscribed')
                    : profile.suppressed.includes(channel)
                      ? t('suppressed')
                      : profile.reachable[channel]
                        ? t('reachable')
                        : t('noAddress')}
                  {said ? (
                    <>
                      {' · '}
                      <RelativeTime at={said.at} zone={profile.timeZone} />
                    </>
                  ) : null}
                </p>
              </div>
              {may ? (
                <Switch
                  checked={!left}
                  disabled={edit.isPending}
                  aria-label={t('messagesBy', { channel: label })}
                  // Who has left is brought back only on purpose: they said so themselves.
                  onCheckedChange={(wants) => (wants ? setAsked(channel) : set(channel, false))}
                />
              ) : null}
            </li>
          );
        })}
      </ul>
      {asked === null && edit.error ? <FormError error={edit.error} className="m-4" /> : null}
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t('resubscribeTitle', { channel: asked === null ? '' : channelOf(asked).label })}
        action={t('resubscribe')}
        busy={edit.isPending}
        error={edit.error}
        onConfirm={() => asked !== null && set(asked, true)}
      >
        {t('resubscribeDetail', { name: profile.name })}
      </ConfirmDialog>
    </Section>
  );
}

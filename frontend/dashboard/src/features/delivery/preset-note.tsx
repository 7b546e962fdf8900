'use client';

import { api, channelOf, personChannels } from '@wend/contract/plain';
import type { ChannelState, QuietPreset } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { FormError } from '@/components/ui/field';
import { useSaveTopic, useTopics } from '@/features/consents/use-topics';
import { useChannelStates } from '@/features/messages/channels';
import { useMay } from '@/lib/session';

type PresetNoteProps = {
  preset: QuietPreset;
  /** The topic by which people agree is there now. */
  onAgreement: (topic: string) => void;
};

/** What a preset follows, that it is no advice, and the topic that it needs where there is none yet. */
export function PresetNote({ preset: { id, law, agreement }, onAgreement }: PresetNoteProps) {
  const t = useTranslations('delivery.quiet');
  const topics = useTopics().data;
  const states = useChannelStates().data?.items;
  const may = useMay(api.createTopic.access);
  const add = useSaveTopic(true);
  const isMissing = agreement && topics && !topics.some(({ key }) => key === agreement.key);
  return (
    <div className="grid gap-2 rounded-md border border-line bg-canvas p-3 text-xs text-muted">
      <p>
        {t.rich('law', {
          name: law.name,
          link: (chunks) => (
            <a href={law.url} target="_blank" rel="noreferrer" className="text-accent underline">
              {chunks}
            </a>
          ),
        })}
      </p>
      <p>{t(`notes.${id}`)}</p>
      {isMissing ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-60 flex-1">{t('agreement', { name: agreement.name })}</p>
          {may ? (
            <Button
              size="sm"
              busy={add.isPending}
              onClick={() =>
                add.mutate(
                  { ...agreement, channels: usedChannels(states), starts: 'unsubscribed' },
                  { onSuccess: () => onAgreement(agreement.key) },
                )
              }
            >
              {t('addAgreement', { name: agreement.name })}
            </Button>
          ) : null}
        </div>
      ) : null}
      <FormError error={add.error} />
    </div>
  );
}

/** Those by which people can be reached here; all where there is none yet. */
function usedChannels(states: readonly ChannelState[] = []): string[] {
  const used = states.flatMap(({ channel, route }) =>
    route !== 'none' && channelOf(channel).address !== null ? [channel] : [],
  );
  return used.length > 0 ? used : personChannels();
}

'use client';

import { api } from '@wend/contract/plain';
import type { ConsentTrait } from '@wend/contract';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useChannels } from '@/features/messages/channels';
import { useMay } from '@/lib/session';
import { TopicPicker } from './topic-picker';
import { useConsentTraits, useSaveConsentTraits } from './use-topics';

/** Which traits say what people want. */
export function ConsentTraitsSection() {
  const t = useTranslations('consents.traits');
  const traits = useConsentTraits();
  return (
    <Section title={t('title')} description={t('detail')}>
      {traits.isPending ? <ListSkeleton rows={1} /> : null}
      {traits.isError && !traits.data ? (
        <ErrorState error={traits.error} title={t('failed')} onRetry={() => void traits.refetch()} />
      ) : null}
      {traits.data ? <TraitsForm stored={traits.data} /> : null}
    </Section>
  );
}

function TraitsForm({ stored }: { stored: ConsentTrait[] }) {
  const t = useTranslations('consents.traits');
  const [items, setItems] = useState(stored);
  const save = useSaveConsentTraits();
  const toast = useToast();
  const may = useMay(api.saveConsentTraits.access);
  const channels = useChannels().filter(({ address }) => address !== null);
  const change = (index: number, some: Partial<ConsentTrait>) =>
    setItems(items.map((item, place) => (place === index ? { ...item, ...some } : item)));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(items, { onSuccess: () => toast.say(t('saved')) });
      }}
    >
      <fieldset disabled={!may} className="space-y-3 p-4">
        {items.length === 0 ? <p className="text-muted">{t('none')}</p> : null}
        {items.map((item, index) => (
          <div key={index} className="flex flex-wrap items-center gap-2">
            <Input
              className="w-44!"
              aria-label={t('trait')}
              placeholder={t('trait')}
              maxLength={200}
              value={item.trait}
              onChange={({ target }) => change(index, { trait: target.value })}
            />
            <Select
              className="w-36!"
              aria-label={t('channel')}
              value={item.channel}
              onChange={(channel) => change(index, { channel })}
              options={channels.map(({ name, label }) => ({ value: name, label }))}
            />
            <TopicPicker
              className="w-52!"
              aria-label={t('topic')}
              without="all"
              channel={item.channel}
              value={item.topic ?? undefined}
              onChange={(topic) => change(index, { topic: topic ?? null })}
            />
            <IconButton
              label={t('remove', { trait: item.trait })}
              onClick={() => setItems(items.filter((_, place) => place !== index))}
            >
              <X size={15} strokeWidth={1.75} />
            </IconButton>
          </div>
        ))}
        <FormError error={save.error} />
        {may ? (
          <div className="flex gap-2">
            <Button
              icon={<Plus size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => setItems([...items, { trait: '', channel: channels[0]?.name ?? '', topic: null }])}
            >
              {t('add')}
            </Button>
            <Button
              type="submit"
              variant="primary"
              busy={save.isPending}
              disabled={items.some(({ trait }) => trait.trim() === '')}
            >
              {t('save')}
            </Button>
          </div>
        ) : null}
      </fieldset>
    </form>
  );
}

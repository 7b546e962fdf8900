'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { useSuppressibleChannels } from './use-suppressible-channels';
import { useSuppress } from './use-suppressions';

export function AddSuppression({ onClose }: { onClose: () => void }) {
  const t = useTranslations('suppressions.add');
  const channels = useSuppressibleChannels();
  const toast = useToast();
  const suppress = useSuppress();
  const [channel, setChannel] = useState(channels[0]?.name);
  const [address, setAddress] = useState('');
  const [note, setNote] = useState('');
  const submit = () =>
    channel !== undefined &&
    suppress.mutate(
      { channel, address: address.trim(), ...(note.trim() !== '' && { detail: note.trim() }) },
      {
        onSuccess: () => {
          toast.say(t('done'));
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('title')}
      description={t('hint')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={suppress.isPending} disabled={address.trim() === ''}>
            {t('action')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('address')} error={fieldError(suppress.error, 'address')}>
          {(control) => (
            <Input {...control} maxLength={320} value={address} onChange={(event) => setAddress(event.target.value)} />
          )}
        </Field>
        <Field label={t('channel')}>
          {(control) => (
            <Select
              {...control}
              value={channel}
              onChange={setChannel}
              options={channels.map(({ name, label }) => ({ value: name, label }))}
            />
          )}
        </Field>
        <Field label={t('note')} help={t('noteHelp')}>
          {(control) => (
            <Input {...control} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
        <FormError error={suppress.error} />
      </div>
    </Dialog>
  );
}

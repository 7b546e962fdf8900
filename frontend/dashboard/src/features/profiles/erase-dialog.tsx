'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Erasure, ProfileDetail } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { call } from '@/lib/api-client';
import { exactTime } from '@/lib/time';

type EraseDialogProps = {
  profile: ProfileDetail;
  /** Told once there is no way back: the page must not ask for the person any more. */
  onBegun: () => void;
  onClose: () => void;
};

/** Deletes a person for good, after the name was typed; shows how far it is, and the receipt. */
export function EraseDialog({ profile, onBegun, onClose }: EraseDialogProps) {
  const t = useTranslations('profiles.erase');
  const [typed, setTyped] = useState('');
  const router = useRouter();
  const queries = useQueryClient();
  const word = profile.externalId ?? profile.email ?? profile.name;
  const erase = useMutation({
    mutationFn: () => call(api.eraseProfile, { params: { id: profile.id } }),
    onSuccess: onBegun,
  });
  const progress = useQuery({
    queryKey: ['erasure', erase.data?.id],
    queryFn: ({ signal }) => call(api.erasure, { params: { id: erase.data!.id }, signal }),
    enabled: erase.data?.state === 'running',
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : 1_000),
  });
  const receipt = progress.data ?? erase.data;
  const leave = () => {
    if (!receipt) return onClose();
    queries.removeQueries({ queryKey: ['profile', profile.id] });
    void queries.invalidateQueries({ queryKey: ['profiles'] });
    router.push('/profiles');
  };
  if (receipt)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && leave()}
        title={receipt.state === 'done' ? t('done') : t('running')}
        footer={
          <Button variant="primary" onClick={leave}>
            {t('toList')}
          </Button>
        }
      >
        <Receipt receipt={receipt} />
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { name: profile.name })}
      onSubmit={() => typed.trim() === word && erase.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="danger" busy={erase.isPending} disabled={typed.trim() !== word}>
            {t('delete')}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-muted">{t('detail')}</p>
      <Field label={t('type', { word })}>
        {(control) => (
          <Input {...control} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      <FormError error={erase.error} className="mt-3" />
    </Dialog>
  );
}

const counted = ['events', 'messages', 'runs', 'executions', 'identities', 'profiles', 'other'] as const;

function Receipt({ receipt }: { receipt: Erasure }) {
  const t = useTranslations('profiles.erase');
  return (
    <div role="status" className="space-y-3">
      <p className="text-muted">
        {receipt.state === 'done'
          ? t('receiptOf', { by: receipt.requestedBy, time: exactTime(receipt.finishedAt ?? receipt.requestedAt) })
          : t('goesOn')}
      </p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
        {counted.map((kind) => (
          <div key={kind} className="contents">
            <dt className="text-muted">{t(`counts.${kind}`)}</dt>
            <dd className="text-right tabular-nums">{receipt.deleted[kind]}</dd>
          </div>
        ))}
      </dl>
      <p className="font-mono text-xs text-muted">{t('receiptId', { id: receipt.id })}</p>
    </div>
  );
}

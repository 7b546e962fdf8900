'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, nameTooLong } from '@wend/contract/plain';
import type { JourneySummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { call } from '@/lib/api-client';
import { journeysKey, useArchiveJourney, useControlJourney } from './use-journeys';

type Closing = { onClose: () => void };

export function RenameJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const t = useTranslations('journeys.journeyDialogs');
  const [name, setName] = useState(journey.name);
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: () => call(api.rename, { params: { id: journey.id }, body: { name: name.trim() } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: journeysKey });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('renameJourney')}
      onSubmit={() => rename.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={name.trim() === '' || nameTooLong(name) !== null}
            busy={rename.isPending}
          >
            {t('rename')}
          </Button>
        </>
      }
    >
      <Field label={t('name')} error={nameTooLong(name) ?? fieldError(rename.error, 'name')}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            value={name}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <FormError error={rename.error} className="mt-3" />
    </Dialog>
  );
}

export function DeleteJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const t = useTranslations('journeys.journeyDialogs');
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(api.remove, { params: { id: journey.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: journeysKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('deleteTitle', { name: journey.name })}
      action={t('deleteAction')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      {t('deleteWarning')}
    </ConfirmDialog>
  );
}

export function ArchiveJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const t = useTranslations('journeys.journeyDialogs');
  const archive = useArchiveJourney();
  const runs =
    journey.active > 0
      ? t('archiveEndsRuns', { active: journey.active })
      : journey.status === 'live' || journey.status === 'paused'
        ? t('archiveStopsEntry')
        : '';
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('archiveTitle', { name: journey.name })}
      action={t('archiveAction')}
      danger={journey.active > 0}
      busy={archive.isPending}
      onConfirm={() => archive.mutate({ id: journey.id, archive: true }, { onSuccess: onClose })}
    >
      {t('archiveWarning', { runs })}
    </ConfirmDialog>
  );
}

type StopDialogProps = Closing & {
  journey: Pick<JourneySummary, 'id' | 'name'>;
  /** People in it, where that is known. */
  active?: number;
  onDone?: (journey: JourneySummary) => void;
};

export function StopJourneyDialog({ journey, active, onClose, onDone }: StopDialogProps) {
  const t = useTranslations('journeys.journeyDialogs');
  const control = useControlJourney();
  const [reason, setReason] = useState('');
  const stop = () =>
    control.mutate(
      { id: journey.id, action: 'stop', ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
      {
        onSuccess: (stopped) => {
          onDone?.(stopped);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('stopTitle', { name: journey.name })}
      description={active === undefined ? t('stopWarningAll') : t('stopWarning', { active })}
      onSubmit={stop}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="danger" busy={control.isPending}>
            {t('stopAction')}
          </Button>
        </>
      }
    >
      <Field label={t('stopReason')} help={t('stopReasonHelp')} error={fieldError(control.error, 'reason')}>
        {(field) => (
          <Input {...field} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
      <FormError error={control.error} className="mt-3" />
    </Dialog>
  );
}

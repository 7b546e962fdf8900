'use client';

import { api } from '@wend/contract/plain';
import type { Connection, ProviderForm } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { GenerateButton } from './generate-button';
import { settingsOf } from './settings-model';
import { useRotateConnection } from './use-connections';

/** New secrets, while the ones before stay valid for a while: nothing stops. */
export function RotateSecrets({ connection, provider }: { connection: Connection; provider: ProviderForm }) {
  const t = useTranslations('settings.rotateSecrets');
  const [open, setOpen] = useState(false);
  const may = useMay(api.rotateConnection.access);
  if (!may) return null;
  return (
    <div className="flex flex-wrap items-center gap-3 px-4 py-3">
      <div className="min-w-48 flex-1">
        <p className="font-medium">{t('title')}</p>
        <p className="text-xs text-muted">
          {connection.oldSecretsUntil === null ? (
            t('detail')
          ) : (
            <>
              {t('both')} <RelativeTime at={connection.oldSecretsUntil} />
            </>
          )}
        </p>
      </div>
      <Button onClick={() => setOpen(true)}>{t('rotate')}</Button>
      {open ? <RotateDialog connection={connection} provider={provider} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

type RotateDialogProps = { connection: Connection; provider: ProviderForm; onClose: () => void };

function RotateDialog({ connection, provider, onClose }: RotateDialogProps) {
  const t = useTranslations('settings.rotateSecrets');
  const fields = settingsOf(provider).filter(({ kind }) => kind === 'secret');
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [hours, setHours] = useState('24');
  const toast = useToast();
  const rotate = useRotateConnection(connection.id);
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={t('dialogTitle', { name: connection.name })}
      description={provider.rotates ? t('madeDetail') : t('dialogDetail')}
      onSubmit={(event) => {
        event.preventDefault();
        rotate.mutate(
          { secrets: given, keepOldHours: Number(hours) || 0 },
          {
            onSuccess: () => {
              toast.say(t('rotated'));
              onClose();
            },
          },
        );
      }}
      footer={
        <Button
          type="submit"
          variant="primary"
          busy={rotate.isPending}
          disabled={!provider.rotates && Object.keys(given).length === 0}
        >
          {t('rotate')}
        </Button>
      }
    >
      <div className="space-y-4">
        {fields.map(({ name, title, generate }) => (
          <Field
            key={name}
            label={title}
            error={fieldError(rotate.error, name)}
            action={
              generate ? <GenerateButton onMade={(value) => setSecrets({ ...secrets, [name]: value })} /> : undefined
            }
          >
            {(control) => (
              <Input
                {...control}
                type={generate ? 'text' : 'password'}
                autoComplete="off"
                value={secrets[name] ?? ''}
                placeholder={t('unchanged')}
                onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <Field label={t('hours')} help={t('hoursHelp')} error={fieldError(rotate.error, 'keepOldHours')}>
          {(control) => (
            <Input {...control} inputMode="numeric" value={hours} onChange={(event) => setHours(event.target.value)} />
          )}
        </Field>
        <FormError error={rotate.error} />
      </div>
    </Dialog>
  );
}

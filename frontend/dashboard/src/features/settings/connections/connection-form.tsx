'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { Connection, ProviderForm } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { FormError, fieldError } from '@/components/ui/field';
import { useToast } from '@/components/ui/toast';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { SettingField } from './setting-field';
import { bodyOf, changed, isIncomplete, settingsOf, shownSettings, startValues } from './settings-model';
import { useRemoveConnection, useSaveConnection, useTestConnection } from './use-connections';

type ConnectionFormProps = { provider: ProviderForm; connection: Connection | null; onAdded?: () => void };

/** The settings of one provider: saved, tried, removed. */
export function ConnectionForm({ provider, connection, onAdded }: ConnectionFormProps) {
  const t = useTranslations('settings.connectionForm');
  const settings = useMemo(() => settingsOf(provider), [provider]);
  const stored = startValues(settings, connection);
  const [values, setValues] = useState(stored);
  const toast = useToast();
  const may = useMay(api.saveConnection.access);
  const save = useSaveConnection({ kind: provider.name, id: connection?.id ?? null });
  const isChanged = !connection || settings.some(({ name }) => values[name] !== stored[name]);
  const submit = () =>
    save.mutate(bodyOf(settings, values), {
      onSuccess: (saved) => {
        setValues(startValues(settings, saved));
        toast.say(t('saved'));
        if (!connection) onAdded?.();
      },
    });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset disabled={!may} className="grid gap-4 p-4 sm:grid-cols-6">
        {shownSettings(settings, connection).map((setting) => (
          <SettingField
            key={setting.name}
            setting={setting}
            value={values[setting.name]}
            stored={connection?.secrets.includes(setting.name) ?? false}
            disabled={!may}
            error={fieldError(save.error, setting.name)}
            onChange={(to) => setValues((before) => changed(settings, { values: before, name: setting.name, to }))}
          />
        ))}
      </fieldset>
      <FormError error={save.error} className="mx-4 mb-4" />
      {may ? (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          {connection ? <TestConnection id={connection.id} disabled={isChanged} /> : <span className="flex-1" />}
          {connection ? <RemoveConnection provider={provider} connection={connection} /> : null}
          <Button
            type="submit"
            variant="primary"
            busy={save.isPending}
            disabled={!isChanged || isIncomplete(settings, values)}
          >
            {connection ? t('save') : t('saveAndUse')}
          </Button>
        </div>
      ) : (
        <p className="border-t border-line px-4 py-3 text-xs text-muted">{t('readOnly')}</p>
      )}
    </form>
  );
}

function TestConnection({ id, disabled }: { id: string; disabled: boolean }) {
  const t = useTranslations('settings.connectionForm');
  const test = useTestConnection(id);
  const answer = test.error ? { ok: false, message: test.error.message } : test.data;
  return (
    <>
      <Button busy={test.isPending} disabled={disabled} onClick={() => test.mutate()}>
        {t('testConnection')}
      </Button>
      <p
        role="status"
        className={cx('min-w-40 flex-1', disabled ? 'text-muted' : answer?.ok ? 'text-good' : 'text-bad')}
      >
        {disabled ? t('saveFirst') : answer?.message}
      </p>
    </>
  );
}

function RemoveConnection({ provider, connection }: { provider: ProviderForm; connection: Connection }) {
  const t = useTranslations('settings.connectionForm');
  const [asking, setAsking] = useState(false);
  const remove = useRemoveConnection(connection.id);
  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('removeTitle', { title: connection.name })}
        action={t('removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        {t('removeWarning', { messages: channelOf(provider.channel).plural })}
      </ConfirmDialog>
    </>
  );
}

'use client';

import type { HttpAuth, HttpConnection } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { useRemoveHttpConnection, useSaveHttpConnection } from './use-http-connections';

const kinds = ['bearer', 'basic', 'header', 'query'] as const;
type Kind = HttpAuth['kind'];
/** `detail`: the user name, header or parameter that a way to sign in needs beside the secret. */
type Draft = { name: string; kind: Kind; detail: string; origins: string; secret: string };

const detailOf = { bearer: null, basic: 'username', header: 'header', query: 'parameter' } as const;
const blank: Draft = { name: '', kind: 'bearer', detail: '', origins: '', secret: '' };

type HttpConnectionDialogProps = { connection: HttpConnection | null; onClose: () => void };

/** An API connection to add, or one that is there. Its secret is only ever entered. */
export function HttpConnectionDialog({ connection, onClose }: HttpConnectionDialogProps) {
  const t = useTranslations('http-connections.dialog');
  const toast = useToast();
  const save = useSaveHttpConnection();
  const remove = useRemoveHttpConnection();
  const [draft, setDraft] = useState<Draft>(connection ? draftOf(connection) : blank);
  const [removing, setRemoving] = useState(false);
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const done = (said: string) => {
    toast.say(said);
    onClose();
  };
  const submit = () => {
    const { secret } = draft;
    const settings = settingsOf(draft);
    const saving = connection
      ? { id: connection.id, body: { ...settings, ...(secret === '' ? {} : { secret }) } }
      : { id: null, body: { ...settings, secret } };
    save.mutate(saving, { onSuccess: () => done(t('saved')) });
  };
  if (removing && connection)
    return (
      <ConfirmDialog
        open
        onOpenChange={() => setRemoving(false)}
        title={t('removeTitle', { name: connection.name })}
        action={t('remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(connection.id, { onSuccess: () => done(t('removed')) })}
      >
        {t('removeWarning')}
      </ConfirmDialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={connection ? t('editTitle') : t('addTitle')}
      description={t('hint')}
      onSubmit={submit}
      footer={
        <>
          {connection ? (
            <Button className="mr-auto" onClick={() => setRemoving(true)}>
              {t('remove')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!isWhole(draft, connection !== null)}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Fields draft={draft} saved={connection !== null} error={save.error} onChange={change} />
    </Dialog>
  );
}

type FieldsProps = { draft: Draft; saved: boolean; error: unknown; onChange: (some: Partial<Draft>) => void };

function Fields({ draft, saved, error, onChange }: FieldsProps) {
  const t = useTranslations('http-connections.dialog');
  const words = useTranslations('http-connections.auth');
  const detail = detailOf[draft.kind];
  const secret = draft.kind === 'bearer' || draft.kind === 'basic' ? draft.kind : 'key';
  return (
    <div className="space-y-4">
      <Field label={t('name')} error={fieldError(error, 'name')}>
        {(control) => (
          <Input
            {...control}
            maxLength={120}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('auth')}>
        {(control) => (
          <Select
            {...control}
            value={draft.kind}
            onChange={(kind) => onChange({ kind, detail: '' })}
            options={kinds.map((value) => ({ value, label: words(value) }))}
          />
        )}
      </Field>
      {detail ? (
        <Field label={t(detail)} error={fieldError(error, `auth.${detail}`)}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              autoComplete="off"
              placeholder={t(`${detail}Example`)}
              value={draft.detail}
              onChange={(event) => onChange({ detail: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      <Field label={t(secret)} help={saved ? t('kept') : undefined} error={fieldError(error, 'secret')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            maxLength={8_000}
            autoComplete="new-password"
            value={draft.secret}
            onChange={(event) => onChange({ secret: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('origins')} help={t('originsHelp')} error={originsError(error)}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            value={draft.origins}
            onChange={(event) => onChange({ origins: event.target.value })}
          />
        )}
      </Field>
      <FormError error={error} />
    </div>
  );
}

function originsError(error: unknown): string | undefined {
  const each = Array.from({ length: 10 }, (_, at) => fieldError(error, `origins.${at}`));
  return fieldError(error, 'origins') ?? each.find((words) => words !== undefined);
}

function draftOf({ name, auth, origins }: HttpConnection): Draft {
  const detail = detailOf[auth.kind];
  return {
    name,
    kind: auth.kind,
    detail: detail === null ? '' : (auth as Record<string, string>)[detail]!,
    origins: origins.join('\n'),
    secret: '',
  };
}

function settingsOf({ name, kind, detail, origins }: Draft): Pick<AddingSettings, 'name' | 'auth' | 'origins'> {
  const named = detailOf[kind];
  return {
    name: name.trim(),
    auth: { kind, ...(named === null ? {} : { [named]: detail.trim() }) } as HttpAuth,
    origins: linesOf(origins),
  };
}
type AddingSettings = Omit<HttpConnection, 'id' | 'createdAt'>;

function linesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((line) => line !== '');
}

function isWhole({ name, kind, detail, origins, secret }: Draft, saved: boolean): boolean {
  return (
    name.trim() !== '' &&
    (detailOf[kind] === null || detail.trim() !== '') &&
    linesOf(origins).length > 0 &&
    (saved || secret !== '')
  );
}

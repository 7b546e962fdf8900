'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { BounceMailbox, SaveBounceMailbox } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { PanelHead } from './panel-head';

const keyOf = (connectionId: string) => ['bounce-mailbox', connectionId] as const;
const usualPort = { tls: '993', starttls: '143', none: '143' } as const;
type Security = SaveBounceMailbox['security'];

/** The mailbox that a connection's bounces arrive in: set up, tried, and what was found there. */
export function BounceMailboxPanel({ connectionId }: { connectionId: string }) {
  const t = useTranslations('sending.mailbox');
  const stored = useQuery({
    queryKey: keyOf(connectionId),
    queryFn: ({ signal }) => call(api.bounceMailbox, { params: { id: connectionId }, signal }),
    refetchInterval: 30_000,
  });
  const mailbox = stored.data?.mailbox ?? null;
  return (
    <section aria-label={t('title')} className="border-t border-line p-4">
      <PanelHead title={t('title')} detail={t('detail')} />
      {stored.isPending ? <ListSkeleton rows={1} /> : null}
      {stored.isError && !stored.data ? (
        <ErrorState error={stored.error} title={t('failed')} onRetry={() => void stored.refetch()} />
      ) : null}
      {mailbox ? <Found mailbox={mailbox} /> : null}
      {stored.data ? (
        <MailboxForm key={mailbox ? 'stored' : 'new'} connectionId={connectionId} stored={mailbox} />
      ) : null}
    </section>
  );
}

function Found({ mailbox: { okAt, error, counts } }: { mailbox: BounceMailbox }) {
  const t = useTranslations('sending.mailbox');
  const kinds = ['bounced', 'softBounced', 'complained', 'unproven', 'other'] as const;
  return (
    <div className="mt-3 space-y-1">
      <p className="text-muted">
        {okAt === null ? t('never') : t.rich('okAt', { time: () => <RelativeTime at={okAt} /> })}
      </p>
      {error === null ? null : <p className="break-words text-bad">{error}</p>}
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {kinds
          .filter((kind) => counts[kind] > 0)
          .map((kind) => (
            <li key={kind}>{t(kind, { count: counts[kind] })}</li>
          ))}
      </ul>
    </div>
  );
}

function MailboxForm({ connectionId, stored }: { connectionId: string; stored: BounceMailbox | null }) {
  const t = useTranslations('sending.mailbox');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.saveBounceMailbox.access);
  const [values, setValues] = useState({
    host: stored?.host ?? '',
    port: String(stored?.port ?? usualPort.tls),
    security: stored?.security ?? ('tls' as Security),
    user: stored?.user ?? '',
    password: '',
    folder: stored?.folder ?? 'INBOX',
    enabled: stored?.enabled ?? true,
  });
  const set = (some: Partial<typeof values>) => setValues((before) => ({ ...before, ...some }));
  const save = useMutation({
    mutationFn: () => {
      const { password, port, ...rest } = values;
      const body = { ...rest, port: Number(port), ...(password !== '' && { password }) };
      return call(api.saveBounceMailbox, { params: { id: connectionId }, body });
    },
    onSuccess: (saved) => {
      set({ password: '' });
      toast.say(t('saved'));
      client.setQueryData(keyOf(connectionId), saved);
    },
  });
  const incomplete = values.host.trim() === '' || values.user.trim() === '' || (!stored && values.password === '');
  return (
    <form
      noValidate
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <fieldset disabled={!may} className="grid gap-4 sm:grid-cols-6">
        <Field label={t('host')} className="sm:col-span-3" error={fieldError(save.error, 'host')}>
          {(control) => (
            <Input
              {...control}
              placeholder={t('hostExample')}
              value={values.host}
              onChange={(event) => set({ host: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('security')}
          className="sm:col-span-2"
          {...(values.security === 'none' && { help: t('noneHelp') })}
        >
          {(control) => (
            <Select
              {...control}
              value={values.security}
              disabled={!may}
              onChange={(security) => set({ security, port: usualPort[security] })}
              options={(['tls', 'starttls', 'none'] as const).map((value) => ({ value, label: t(value) }))}
            />
          )}
        </Field>
        <Field label={t('port')} error={fieldError(save.error, 'port')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              value={values.port}
              onChange={(event) => set({ port: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('user')} className="sm:col-span-3" error={fieldError(save.error, 'user')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              value={values.user}
              onChange={(event) => set({ user: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('password')}
          className="sm:col-span-3"
          error={fieldError(save.error, 'password')}
          {...(stored && { help: t('passwordKept') })}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={values.password}
              onChange={(event) => set({ password: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('folder')} className="sm:col-span-3" error={fieldError(save.error, 'folder')}>
          {(control) => (
            <Input {...control} value={values.folder} onChange={(event) => set({ folder: event.target.value })} />
          )}
        </Field>
        <div className="flex items-center gap-2 self-end pb-1.5 sm:col-span-3">
          <Switch
            aria-label={t('enabled')}
            checked={values.enabled}
            disabled={!may}
            onCheckedChange={(enabled) => set({ enabled })}
          />
          <span aria-hidden>{t('enabled')}</span>
        </div>
      </fieldset>
      <FormError error={save.error} />
      {may ? (
        <div className="flex flex-wrap items-center gap-2">
          {stored ? <TestAndRemove connectionId={connectionId} /> : <span className="flex-1" />}
          <Button type="submit" variant="primary" busy={save.isPending} disabled={incomplete}>
            {t('save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

function TestAndRemove({ connectionId }: { connectionId: string }) {
  const t = useTranslations('sending.mailbox');
  const client = useQueryClient();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const test = useMutation({ mutationFn: () => call(api.testBounceMailbox, { params: { id: connectionId } }) });
  const remove = useMutation({
    mutationFn: () => call(api.removeBounceMailbox, { params: { id: connectionId } }),
    onSuccess: () => {
      toast.say(t('removed'));
      return client.invalidateQueries({ queryKey: keyOf(connectionId) });
    },
  });
  const answer = test.error ? { ok: false, message: test.error.message } : test.data;
  return (
    <>
      <Button busy={test.isPending} onClick={() => test.mutate()}>
        {t('test')}
      </Button>
      <p role="status" className={cx('min-w-40 flex-1 break-words', answer?.ok ? 'text-good' : 'text-bad')}>
        {answer?.message}
      </p>
      <Button variant="danger" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('removeTitle')}
        action={t('remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        {t('removeWarning')}
      </ConfirmDialog>
    </>
  );
}

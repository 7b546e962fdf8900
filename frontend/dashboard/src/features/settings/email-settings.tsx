'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { smtpSettings } from '@wend/contract';
import { api } from '@wend/contract/plain';
import type { Connection, SmtpSettings } from '@wend/contract';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';

const key = ['connections'] as const;
const empty: SmtpSettings = { host: '', port: 587, security: 'starttls', user: '', from: '' };
const securities = [{ value: 'starttls', label: 'STARTTLS' }, { value: 'tls', label: 'TLS' }, { value: 'none', label: 'None' }] as const;
const usualPorts = { starttls: 587, tls: 465, none: 25 } as const;

/** The SMTP connection: without it e-mail stays in the sandbox. */
export function EmailSettings() {
  const connections = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.connections, { signal }) });
  const smtp = connections.data?.items.find(({ kind }) => kind === 'smtp') ?? null;
  return (
    <Section title="E-mail through SMTP" description={smtp ? `E-mail goes out through ${smtp.name}.` : 'Until you set it up, e-mail stays in the sandbox and reaches nobody.'} action={smtp ? <Badge tone="accent" dot>In use</Badge> : connections.data ? <Badge>Sandbox</Badge> : null}>
      {connections.isPending ? <ListSkeleton rows={3} /> : null}
      {connections.isError && !connections.data ? <ErrorState error={connections.error} title="The connection could not be loaded" onRetry={() => void connections.refetch()} /> : null}
      {connections.data ? <SmtpForm key={smtp?.id ?? 'new'} connection={smtp} /> : null}
    </Section>
  );
}

function SmtpForm({ connection }: { connection: Connection | null }) {
  const stored = { ...empty, ...smtpSettings.partial().safeParse(connection?.settings).data };
  const [settings, setSettings] = useState<SmtpSettings>(stored);
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.saveSmtp.access);
  const save = useMutation({
    mutationFn: () => call(api.saveSmtp, { body: { ...settings, ...(password ? { password } : {}) } }),
    onSuccess: () => { setPassword(''); toast.say('Saved'); return client.invalidateQueries({ queryKey: key }); },
  });
  const hasPassword = connection?.secrets.includes('password') ?? false;
  const changed = password !== '' || !connection || Object.entries(settings).some(([name, value]) => stored[name as keyof SmtpSettings] !== value);
  const set = <K extends keyof SmtpSettings>(name: K, value: SmtpSettings[K]) => setSettings((before) => ({ ...before, [name]: value }));
  const error = (path: string) => fieldError(save.error, path);
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <fieldset disabled={!may} className="grid gap-4 p-4 sm:grid-cols-6">
        <Field className="sm:col-span-3" label="Server" error={error('host')}>{(control) => <Input {...control} placeholder="smtp.example.com" autoComplete="off" value={settings.host} onChange={(event) => set('host', event.target.value.trim())} />}</Field>
        <Field className="sm:col-span-2" label="Security" error={error('security')} help={settings.security === 'none' ? 'Passwords and mails travel readable for all on the way.' : undefined}>
          {(control) => <Select {...control} disabled={!may} value={settings.security} options={securities} onChange={(security) => setSettings((before) => ({ ...before, security, port: Object.values<number>(usualPorts).includes(before.port) ? usualPorts[security] : before.port }))} />}
        </Field>
        <Field className="sm:col-span-1" label="Port" error={error('port')}>{(control) => <Input {...control} type="number" min={1} max={65535} value={settings.port || ''} onChange={(event) => set('port', event.target.valueAsNumber || 0)} />}</Field>
        <Field className="sm:col-span-3" label="User" error={error('user')} help="Empty when the server asks for no login.">{(control) => <Input {...control} autoComplete="off" value={settings.user} onChange={(event) => set('user', event.target.value)} />}</Field>
        <Field className="sm:col-span-3" label="Password" error={error('password')} help={hasPassword ? 'One is stored, encrypted. Leave this empty to keep it.' : 'Stored encrypted, never shown again.'}>{(control) => <Input {...control} type="password" autoComplete="new-password" placeholder={hasPassword ? '••••••••' : ''} value={password} onChange={(event) => setPassword(event.target.value)} />}</Field>
        <Field className="sm:col-span-6" label="Sender" error={error('from')} help="Used by every e-mail that names no sender of its own.">{(control) => <Input {...control} placeholder="Acme <hello@acme.com>" value={settings.from} onChange={(event) => set('from', event.target.value)} />}</Field>
      </fieldset>
      <FormError error={save.error} className="mx-4 mb-4" />
      {may ? (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          {connection ? <SmtpTest disabled={changed} /> : <span className="flex-1" />}
          {connection ? <RemoveSmtp connection={connection} /> : null}
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!changed || settings.host === '' || settings.from.trim() === ''}>{connection ? 'Save' : 'Save and use'}</Button>
        </div>
      ) : <p className="border-t border-line px-4 py-3 text-xs text-muted">Owners and admins can change this.</p>}
    </form>
  );
}

function SmtpTest({ disabled }: { disabled: boolean }) {
  const test = useMutation({ mutationFn: () => call(api.testSmtp) });
  const answer = test.error ? { ok: false, message: test.error.message } : test.data;
  return (
    <>
      <Button busy={test.isPending} disabled={disabled} onClick={() => test.mutate()}>Test connection</Button>
      <p role="status" className={cx('min-w-40 flex-1', disabled ? 'text-muted' : answer?.ok ? 'text-good' : 'text-bad')}>{disabled ? 'Save to test.' : answer?.message}</p>
    </>
  );
}

function RemoveSmtp({ connection }: { connection: Connection }) {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const remove = useMutation({ mutationFn: () => call(api.removeConnection, { params: { id: connection.id } }), onSuccess: () => client.invalidateQueries({ queryKey: key }) });
  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)}>Remove</Button>
      <ConfirmDialog open={asking} onOpenChange={setAsking} title="Remove the SMTP connection?" action="Remove connection" danger busy={remove.isPending} error={remove.error} onConfirm={() => remove.mutate()}>E-mail goes back to the sandbox: journeys run on, and nobody receives their e-mails.</ConfirmDialog>
    </>
  );
}

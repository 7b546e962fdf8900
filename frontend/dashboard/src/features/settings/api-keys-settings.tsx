'use client';

import type { ApiKey, ApiKeyScope } from '@wend/contract';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { CodeBlock } from '@/components/ui/code-block';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useApiKeys, useCreateApiKey, useRevokeApiKey } from './use-api-keys';

const scopes: { value: ApiKeyScope; label: string; help: string }[] = [
  { value: 'ingest', label: 'Send events', help: 'identify, track and batch. What SDKs need; safe in a browser.' },
  { value: 'journeys:trigger', label: 'Start journeys', help: 'Let people into journeys by a call.' },
  { value: 'read', label: 'Read', help: 'Profiles, journeys, messages and figures.' },
  { value: 'admin', label: 'Everything', help: 'Also change and publish journeys. Keep it on servers.' },
];
const scopeLabels = Object.fromEntries(scopes.map(({ value, label }) => [value, label])) as Record<ApiKeyScope, string>;

export function ApiKeysSettings() {
  const keys = useApiKeys();
  const [creating, setCreating] = useState(false);
  const items = keys.data?.items ?? [];
  const create = <Button variant="primary" icon={<Plus size={16} strokeWidth={2} />} onClick={() => setCreating(true)}>New key</Button>;
  return (
    <Section title="API keys" description="Programs use them to send events and to call the API." action={items.length > 0 ? create : null}>
      {keys.isPending ? <ListSkeleton rows={2} /> : null}
      {keys.isError && !keys.data ? <ErrorState error={keys.error} title="The keys could not be loaded" onRetry={() => void keys.refetch()} /> : null}
      {keys.data && items.length === 0 ? <EmptyState icon={<KeyRound size={20} strokeWidth={1.75} />} title="No keys yet" actions={create}>Your app needs one to send events.</EmptyState> : null}
      {items.length > 0 ? (
        <Table label="API keys">
          <thead><tr><HeadCell>Key</HeadCell><HeadCell>May</HeadCell><HeadCell className="max-sm:hidden">Last used</HeadCell><HeadCell><span className="sr-only">Actions</span></HeadCell></tr></thead>
          <tbody>{items.map((key) => <KeyRow key={key.id} apiKey={key} />)}</tbody>
        </Table>
      ) : null}
      {creating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const [asking, setAsking] = useState(false);
  const revoke = useRevokeApiKey();
  return (
    <Row>
      <Cell className="min-w-36"><p className="font-semibold">{apiKey.name}</p><p className="font-mono text-xs text-muted">{apiKey.prefix}…</p></Cell>
      <Cell><div className="flex flex-wrap gap-1">{apiKey.scopes.map((scope) => <Badge key={scope}>{scopeLabels[scope]}</Badge>)}</div></Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:hidden">{apiKey.lastUsedAt ? <RelativeTime at={apiKey.lastUsedAt} /> : 'never'}</Cell>
      <Cell className="text-right">
        <Button size="sm" variant="danger" aria-label={`Revoke ${apiKey.name}`} onClick={() => setAsking(true)}>Revoke</Button>
        <ConfirmDialog open={asking} onOpenChange={setAsking} title={`Revoke “${apiKey.name}”?`} action="Revoke key" danger busy={revoke.isPending} error={revoke.error} onConfirm={() => revoke.mutate(apiKey.id)}>Programs that use it are refused within seconds, and events that they send are lost. This cannot be undone.</ConfirmDialog>
      </Cell>
    </Row>
  );
}

function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ApiKeyScope[]>(['ingest']);
  const create = useCreateApiKey();
  const close = (open: boolean) => { if (!open) onClose(); };
  if (create.data) {
    return (
      <Dialog open onOpenChange={close} title={`Key “${create.data.name}”`} description="Copy it now. It is stored as a fingerprint only and cannot be shown again." footer={<Button variant="primary" onClick={onClose}>I have it</Button>}>
        <CodeBlock code={create.data.key} label="API key" wrap />
      </Dialog>
    );
  }
  return (
    <Dialog open onOpenChange={close} title="New API key" onSubmit={() => create.mutate({ name: name.trim(), scopes: chosen })} footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant="primary" disabled={name.trim() === '' || chosen.length === 0} busy={create.isPending}>Create key</Button></>}>
      <div className="space-y-4">
        <Field label="Name" help="Where it is used, such as “Shop backend”." error={fieldError(create.error, 'name')}>{(control) => <Input {...control} autoFocus maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <fieldset className="space-y-2.5">
          <legend className="mb-2 font-medium">What it may do</legend>
          {scopes.map(({ value, label, help }) => <Checkbox key={value} label={label} help={help} checked={chosen.includes(value)} onChange={(on) => setChosen(on ? [...chosen, value] : chosen.filter((each) => each !== value))} />)}
        </fieldset>
        <FormError error={create.error} />
      </div>
    </Dialog>
  );
}

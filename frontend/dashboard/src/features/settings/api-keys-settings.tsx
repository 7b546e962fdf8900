'use client';

import type { ApiKey, ApiKeyScope } from '@wend/contract';
import { KeyRound, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
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

const scopes: readonly ApiKeyScope[] = ['ingest', 'journeys:trigger', 'business-events:send', 'read', 'admin'];

export function ApiKeysSettings() {
  const t = useTranslations('settings.apiKeysSettings');
  const keys = useApiKeys();
  const [creating, setCreating] = useState(false);
  const items = keys.data?.items ?? [];
  const create = (
    <Button variant="primary" icon={<Plus size={16} strokeWidth={2} />} onClick={() => setCreating(true)}>
      {t('newKey')}
    </Button>
  );
  return (
    <Section title={t('apiKeys')} description={t('detail')} action={items.length > 0 ? create : null}>
      {keys.isPending ? <ListSkeleton rows={2} /> : null}
      {keys.isError && !keys.data ? (
        <ErrorState error={keys.error} title={t('failed')} onRetry={() => void keys.refetch()} />
      ) : null}
      {keys.data && items.length === 0 ? (
        <EmptyState icon={<KeyRound size={20} strokeWidth={1.75} />} title={t('noKeys')} actions={create}>
          {t('noKeysDetail')}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <Table label={t('apiKeys')}>
          <thead>
            <tr>
              <HeadCell>{t('key')}</HeadCell>
              <HeadCell>{t('access')}</HeadCell>
              <HeadCell className="max-sm:hidden">{t('createdBy')}</HeadCell>
              <HeadCell className="max-sm:hidden">{t('lastUsed')}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t('actions')}</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {items.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </tbody>
        </Table>
      ) : null}
      {creating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('settings.apiKeysSettings');
  const [asking, setAsking] = useState(false);
  const revoke = useRevokeApiKey();
  return (
    <Row>
      <Cell className="min-w-36">
        <p className="font-semibold">{apiKey.name}</p>
        <p className="font-mono text-xs text-muted">{apiKey.prefix}…</p>
      </Cell>
      <Cell>
        <div className="flex flex-wrap gap-1">
          {apiKey.scopes.map((scope) => (
            <Badge key={scope}>{t(`scopes.${scope}`)}</Badge>
          ))}
        </div>
      </Cell>
      <Cell className="max-sm:hidden">
        <MadeBy apiKey={apiKey} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:hidden">
        {apiKey.lastUsedAt ? <RelativeTime at={apiKey.lastUsedAt} /> : t('never')}
      </Cell>
      <Cell className="text-right">
        <Button
          size="sm"
          variant="danger"
          aria-label={t('revokeNamed', { name: apiKey.name })}
          onClick={() => setAsking(true)}
        >
          {t('revoke')}
        </Button>
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={t('revokeTitle', { name: apiKey.name })}
          action={t('revokeAction')}
          danger
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(apiKey.id)}
        >
          {t('revokeWarning')}
        </ConfirmDialog>
      </Cell>
    </Row>
  );
}

function MadeBy({ apiKey: { madeBy, orphaned } }: { apiKey: ApiKey }) {
  const t = useTranslations('settings.apiKeysSettings');
  const roles = useTranslations('common.roles');
  if (orphaned) return <Badge tone="bad">{t('orphaned')}</Badge>;
  if (!madeBy) return <span className="text-muted">{t('workspace')}</span>;
  return (
    <>
      <p>{madeBy.name}</p>
      <p className="text-xs text-muted">{roles(madeBy.role)}</p>
    </>
  );
}

function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings.apiKeysSettings');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ApiKeyScope[]>(['ingest']);
  const create = useCreateApiKey();
  const close = (open: boolean) => {
    if (!open) onClose();
  };
  if (create.data) {
    return (
      <Dialog
        open
        onOpenChange={close}
        title={t('createdTitle', { name: create.data.name })}
        description={t('copyNow')}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <CodeBlock code={create.data.key} label={t('apiKey')} wrap />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t('createTitle')}
      description={t('createHint')}
      onSubmit={() => create.mutate({ name: name.trim(), scopes: chosen })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={name.trim() === '' || chosen.length === 0}
            busy={create.isPending}
          >
            {t('createAction')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} help={t('nameHelp')} error={fieldError(create.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="space-y-2.5">
          <legend className="mb-2 font-medium">{t('accessLabel')}</legend>
          {scopes.map((value) => (
            <Checkbox
              key={value}
              label={t(`scopes.${value}`)}
              help={t(`scopeHelp.${value}`)}
              checked={chosen.includes(value)}
              onChange={(on) => setChosen(on ? [...chosen, value] : chosen.filter((each) => each !== value))}
            />
          ))}
        </fieldset>
        <FormError error={create.error} />
      </div>
    </Dialog>
  );
}

'use client';

import { api } from '@wend/contract/plain';
import type { ChannelTemplateSummary } from '@wend/contract';
import { FileCode2, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useChannelStates } from '@/features/messages/channels';
import { useMay } from '@/lib/session';
import { useConnections } from '../connections/use-connections';
import { ApprovedEditor } from './approved-editor';
import { TemplateEditor } from './template-editor';
import { useArchiveTemplate, useRemoveTemplate, useTemplates } from './use-templates';

type Open = { channel: string; id: string | null; kind: 'http' | 'approved' };

/** How providers are called, as developers wrote it. */
export function TemplatesSettings() {
  const t = useTranslations('settings.templatesSettings');
  const templates = useTemplates();
  const connections = useConnections();
  const [open, setOpen] = useState<Open | null>(null);
  const may = useMay(api.createChannelTemplate.access);
  const items = templates.data?.items ?? [];
  const channelsOf = (kind: Open['kind']) => [
    ...new Set(
      (connections.data?.providers ?? []).filter(({ sends }) => sends.includes(kind)).map(({ channel }) => channel),
    ),
  ];
  // Whoever comes back by keyboard is where they were.
  const [closed, setClosed] = useState<Open | null>(null);
  const close = () => {
    setClosed(open);
    setOpen(null);
  };
  if (open?.kind === 'approved' && open.id === null)
    return <ApprovedEditor before={null} channel={open.channel} channels={channelsOf('approved')} onClose={close} />;
  if (open) {
    const { channel, id, kind } = open;
    return <TemplateEditor key={id ?? 'new'} channel={channel} id={id} channels={channelsOf(kind)} onClose={close} />;
  }
  const create = may ? (
    <div className="flex flex-wrap gap-2">
      {(['approved', 'http'] as const).map((kind) => {
        const [first] = channelsOf(kind);
        return first === undefined ? null : (
          <Button
            key={kind}
            variant={kind === 'http' ? 'primary' : 'secondary'}
            icon={<Plus size={16} strokeWidth={2} />}
            autoFocus={closed?.id === null && closed.kind === kind}
            onClick={() => setOpen({ channel: first, id: null, kind })}
          >
            {kind === 'http' ? t('create') : t('createApproved')}
          </Button>
        );
      })}
    </div>
  ) : null;
  return (
    <Section title={t('title')} description={t('detail')} action={items.length > 0 ? create : null}>
      {templates.isPending ? <ListSkeleton rows={2} /> : null}
      {templates.isError && !templates.data ? (
        <ErrorState error={templates.error} title={t('failed')} onRetry={() => void templates.refetch()} />
      ) : null}
      {templates.data && items.length === 0 ? (
        <EmptyState icon={<FileCode2 size={20} strokeWidth={1.75} />} title={t('empty')} actions={create}>
          {t('emptyDetail')}
        </EmptyState>
      ) : null}
      <ul className="divide-y divide-line">
        {items.map((template) => (
          <TemplateRow
            key={template.id}
            template={template}
            may={may}
            focused={closed?.id === template.id}
            onEdit={() => setOpen({ channel: template.channel, id: template.id, kind: template.kind })}
          />
        ))}
      </ul>
    </Section>
  );
}

function TemplateRow({
  template,
  may,
  focused,
  onEdit,
}: {
  template: ChannelTemplateSummary;
  may: boolean;
  focused: boolean;
  onEdit: () => void;
}) {
  const t = useTranslations('settings.templatesSettings');
  const { id, name, channel, fields, lookUp, archivedAt } = template;
  const label = useChannelStates().data?.items.find((state) => state.channel === channel)?.definition.label ?? channel;
  const archive = useArchiveTemplate(id);
  const remove = useRemoveTemplate(id);
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          {name}
          <Badge>{label}</Badge>
          {lookUp ? <Badge tone="accent">{t('looksUp')}</Badge> : null}
          {archivedAt === null ? null : <Badge tone="warn">{t('archived')}</Badge>}
        </p>
        <p className="text-xs text-muted">{t('fields', { fields: fields.map((field) => field.label).join(', ') })}</p>
      </div>
      {may ? (
        <div className="flex gap-2">
          <Button size="sm" autoFocus={focused} aria-label={t('editNamed', { name })} onClick={onEdit}>
            {t('edit')}
          </Button>
          <Button
            size="sm"
            busy={archive.isPending}
            aria-label={t(archivedAt === null ? 'archiveNamed' : 'restoreNamed', { name })}
            onClick={() => archive.mutate(archivedAt === null)}
          >
            {archivedAt === null ? t('archive') : t('restore')}
          </Button>
          {archivedAt === null ? null : (
            <Button size="sm" variant="danger" aria-label={t('removeNamed', { name })} onClick={() => setAsking(true)}>
              {t('remove')}
            </Button>
          )}
        </div>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('removeTitle', { name })}
        action={t('remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        {t('removeWarning')}
      </ConfirmDialog>
    </li>
  );
}

'use client';

import type { ChannelTemplate, HttpTemplate } from '@wend/contract';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { useChannelStates } from '@/features/messages/channels';
import { ApiProblem } from '@/lib/api-client';
import { useConnections } from '../connections/use-connections';
import { ApprovedEditor } from './approved-editor';
import { FieldsEditor } from './fields-editor';
import { HeadersEditor } from './headers-editor';
import { TemplateTrial } from './template-trial';
import { blank, blankLookUp, definitionOf, editingOf, problemsAt } from './template-model';
import type { Editing } from './template-model';
import { useSaveTemplate, useTemplate } from './use-templates';

type TemplateEditorProps = { channel: string; id: string | null; channels: readonly string[]; onClose: () => void };

/** Loads a template to be changed; a new one begins with an example. */
export function TemplateEditor({ id, ...rest }: TemplateEditorProps) {
  const t = useTranslations('settings.templateEditor');
  const template = useTemplate(id);
  if (id !== null && template.isPending) return <ListSkeleton rows={4} />;
  if (template.isError && !template.data)
    return <ErrorState error={template.error} title={t('failed')} onRetry={() => void template.refetch()} />;
  const found = template.data ?? null;
  if (found?.definition.kind === 'approved')
    return <ApprovedEditor before={{ ...found, definition: found.definition }} {...rest} />;
  const before = found?.definition.kind === 'http' ? { ...found, definition: found.definition } : null;
  return <Editor key={found?.revision ?? 0} before={before} {...rest} />;
}

type EditorProps = Omit<TemplateEditorProps, 'id'> & {
  before: (ChannelTemplate & { definition: HttpTemplate }) | null;
};

const any = 'any';

function Editor({ before, channel: given, channels, onClose }: EditorProps) {
  const t = useTranslations('settings.templateEditor');
  const toast = useToast();
  const [channel, setChannel] = useState(given);
  const [editing, setEditing] = useState<Editing>(
    before ? editingOf(before.name, before.connectionId, before.definition) : blank,
  );
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const save = useSaveTemplate();
  const labels = useChannelStates().data?.items ?? [];
  const { items = [], providers = [] } = useConnections().data ?? {};
  const able = providers.filter((each) => each.channel === channel && each.sends.includes('http'));
  const connections = items.filter(({ kind }) => able.some((each) => each.name === kind));
  const errors = save.error instanceof ApiProblem ? save.error.errors : [];
  const problem = (...parts: string[]) =>
    unreadable !== null && parts.includes(unreadable) ? t('notJson') : problemsAt(errors, parts);
  const change = (next: Partial<Editing>) => setEditing((now) => ({ ...now, ...next }));
  const changeCall = (next: Partial<Editing['call']>) => change({ call: { ...editing.call, ...next } });
  const changeLookUp = (next: Partial<NonNullable<Editing['lookUp']>>) =>
    change({ lookUp: { ...(editing.lookUp ?? blankLookUp), ...next } });
  const { name, connectionId } = editing;
  const submit = () => {
    const written = definitionOf(editing);
    setUnreadable(written.ok ? null : written.path);
    if (!written.ok) return;
    save.mutate(
      { channel, before, draft: { name, connectionId, definition: written.definition } },
      {
        onSuccess: () => {
          toast.say(t('saved'));
          onClose();
        },
      },
    );
  };
  const { call, lookUp } = editing;
  return (
    <Section
      title={before ? before.name : t('new')}
      description={t('detail')}
      action={
        <Button icon={<ArrowLeft size={16} strokeWidth={1.75} />} onClick={onClose}>
          {t('back')}
        </Button>
      }
    >
      <form
        noValidate
        className="space-y-6 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('name')} error={problem('name')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                required
                maxLength={120}
                value={name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('channel')}>
            {(control) => (
              <Select
                {...control}
                disabled={before !== null}
                value={channel}
                onChange={setChannel}
                options={channels.map((value) => ({
                  value,
                  label: labels.find((state) => state.channel === value)?.definition.label ?? value,
                }))}
              />
            )}
          </Field>
          <Field label={t('connection')} help={t('connectionHelp')} error={problem('connectionId')}>
            {(control) => (
              <Select
                {...control}
                value={connectionId ?? any}
                onChange={(next) => change({ connectionId: next === any ? null : next })}
                options={[
                  { value: any, label: t('anyConnection') },
                  ...connections.map((each) => ({ value: each.id, label: each.name })),
                ]}
              />
            )}
          </Field>
        </div>

        <Part title={t('fields')} help={t('fieldsHelp')} error={problem('fields')}>
          <FieldsEditor value={editing.fields} onChange={(fields) => change({ fields })} />
        </Part>

        <Part title={t('call')} help={t('callHelp')} error={problem('call.headers')}>
          <RequestLine
            methods={['POST', 'PUT', 'PATCH', 'GET']}
            method={call.method}
            url={call.url}
            error={problem('call.url')}
            onChange={changeCall}
          />
          <HeadersEditor value={call.headers} onChange={(headers) => changeCall({ headers })} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('bodyKind')}>
              {(control) => (
                <Select
                  {...control}
                  value={call.bodyKind}
                  onChange={(bodyKind) => changeCall({ bodyKind })}
                  options={(['json', 'form', 'text', 'none'] as const).map((value) => ({
                    value,
                    label: t(`bodyKinds.${value}`),
                  }))}
                />
              )}
            </Field>
            <Field label={t('idempotencyHeader')} help={t('idempotencyHelp')} error={problem('call.idempotencyHeader')}>
              {(control) => (
                <Input
                  {...control}
                  placeholder={t('idempotencyPlaceholder')}
                  value={call.idempotencyHeader ?? ''}
                  onChange={(event) => changeCall({ idempotencyHeader: event.target.value || undefined })}
                />
              )}
            </Field>
          </div>
          {call.bodyKind === 'none' ? null : (
            <Code
              label={t('body')}
              value={call.body}
              rows={7}
              error={problem('call.body')}
              onChange={(body) => changeCall({ body })}
            />
          )}
        </Part>

        <Part title={t('lookUp')} help={t('lookUpHelp')} error={problem('lookUp.headers', 'lookUp.body')}>
          <label className="flex items-center gap-2 font-medium">
            <Switch
              checked={lookUp !== undefined}
              onCheckedChange={(on) => change({ lookUp: on ? blankLookUp : undefined })}
            />
            {t('useLookUp')}
          </label>
          {lookUp ? (
            <>
              <RequestLine
                methods={['GET', 'POST']}
                method={lookUp.method}
                url={lookUp.url}
                error={problem('lookUp.url')}
                onChange={changeLookUp}
              />
              <HeadersEditor value={lookUp.headers} onChange={(headers) => changeLookUp({ headers })} />
              <Field label={t('addressPath')} help={t('addressPathHelp')} error={problem('lookUp.addressPath')}>
                {(control) => (
                  <Input
                    {...control}
                    className="font-mono"
                    value={lookUp.addressPath}
                    onChange={(event) => changeLookUp({ addressPath: event.target.value })}
                  />
                )}
              </Field>
            </>
          ) : null}
        </Part>

        <Code
          label={t('answer')}
          help={t('answerHelp')}
          value={editing.answer}
          rows={8}
          error={problem('answer')}
          onChange={(answer) => change({ answer })}
        />
        <Code
          label={t('receipts')}
          help={t('receiptsHelp')}
          value={editing.receipts}
          rows={6}
          error={problem('receipts')}
          onChange={(receipts) => change({ receipts })}
        />
        <Code
          label={t('shows')}
          help={t('showsHelp')}
          value={editing.shows}
          rows={3}
          error={problem('shows')}
          onChange={(shows) => change({ shows })}
        />

        <FormError error={save.error} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
          <TemplateTrial
            channel={channel}
            fields={editing.fields}
            looksUp={lookUp !== undefined}
            written={() => {
              const read = definitionOf(editing);
              setUnreadable(read.ok ? null : read.path);
              return read.ok ? { connectionId, definition: read.definition } : null;
            }}
          />
        </div>
      </form>
    </Section>
  );
}

type PartProps = { title: string; help: string; error: string | undefined; children: ReactNode };

function Part({ title, help, error, children }: PartProps) {
  return (
    <fieldset className="space-y-3">
      <legend className="font-semibold">{title}</legend>
      <p className="text-xs text-muted">{help}</p>
      {children}
      {error === undefined ? null : <p className="text-xs text-bad">{error}</p>}
    </fieldset>
  );
}

type RequestLineProps<Method extends string> = {
  methods: readonly Method[];
  method: Method;
  url: string;
  error: string | undefined;
  onChange: (next: { method?: Method; url?: string }) => void;
};

function RequestLine<Method extends string>({ methods, method, url, error, onChange }: RequestLineProps<Method>) {
  const t = useTranslations('settings.templateEditor');
  return (
    <div className="grid gap-3 sm:grid-cols-[110px_minmax(0,1fr)]">
      <Field label={t('method')}>
        {(control) => (
          <Select
            {...control}
            value={method}
            onChange={(next) => onChange({ method: next })}
            options={methods.map((value) => ({ value, label: value }))}
          />
        )}
      </Field>
      <Field label={t('url')} help={t('urlHelp')} error={error}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            spellCheck={false}
            value={url}
            onChange={(event) => onChange({ url: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

type CodeProps = {
  label: string;
  help?: string;
  value: string;
  rows: number;
  error: string | undefined;
  onChange: (value: string) => void;
};

function Code({ label, help, value, rows, error, onChange }: CodeProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Textarea
          {...control}
          className="font-mono text-xs"
          spellCheck={false}
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

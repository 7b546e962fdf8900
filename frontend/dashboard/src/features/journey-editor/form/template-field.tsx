'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ChannelTemplateSummary, TemplateField as EditableField } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { call } from '@/lib/api-client';
import { FieldRow } from '@/components/form/field-row';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { LiquidInput } from './liquid/liquid-input';
import { asSchema, metaOf, text, titleOf } from './schema';
import type { Path } from '@/components/form/field-path';

const none = 'none';
const longRows = 5;

/** The choice of a locked template, and the fields that its author left open. */
export function TemplateField({ name, schema, value, path }: FieldProps) {
  const t = useTranslations('editor-form.templateField');
  const { change } = useForm();
  const meta = metaOf(schema);
  const channel = meta.channel ?? '';
  const { data } = useQuery({
    queryKey: ['channel-templates', channel, true],
    queryFn: ({ signal }) => call(api.channelTemplates, { query: { channel, archived: 'true' }, signal }),
    staleTime: 10_000,
  });
  const chosenId = text(asSchema(value)?.['id']);
  const all = data?.items ?? [];
  const chosen = all.find(({ id }) => id === chosenId);
  const offered = all.filter((each) => each.archivedAt === null || each.id === chosenId);
  if (offered.length === 0 && chosenId === undefined) return null;
  const choose = (id: string) => {
    const next = all.find((each) => each.id === id);
    if (!next) return change(path, undefined);
    const kept = asSchema(asSchema(value)?.['fields']) ?? {};
    const fields = Object.fromEntries(
      next.fields.flatMap((field) => (field.name in kept ? [[field.name, kept[field.name]!]] : [])),
    );
    change(path, { id: next.id, ...(next.lookUp && { lookUp: true }), fields });
  };
  const options = [
    { value: none, label: t('none') },
    ...offered.map((each) => ({
      value: each.id,
      label: each.name,
      ...(each.archivedAt !== null && { hint: t('archived') }),
    })),
    ...(chosenId !== undefined && data && !chosen ? [{ value: chosenId, label: t('gone') }] : []),
  ];
  return (
    <>
      <FieldRow path={path} label={titleOf({ schema, key: name })} help={meta.description}>
        {(control) => <Select {...control} value={chosenId ?? none} onChange={choose} options={options} />}
      </FieldRow>
      {chosen ? (
        <TemplateFields template={chosen} value={asSchema(asSchema(value)?.['fields']) ?? {}} path={path} />
      ) : null}
    </>
  );
}

function TemplateFields({
  template,
  value,
  path,
}: {
  template: ChannelTemplateSummary;
  value: Record<string, unknown>;
  path: Path;
}) {
  const t = useTranslations('editor-form.templateField');
  return (
    <>
      {template.fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          value={typeof value[field.name] === 'string' ? (value[field.name] as string) : ''}
          path={[...path, 'fields', field.name]}
        />
      ))}
      {template.lookUp ? <p className="text-xs text-muted">{t('lookUp')}</p> : null}
    </>
  );
}

function OneField({ field, value, path }: { field: EditableField; value: string; path: Path }) {
  const t = useTranslations('editor-form.templateField');
  const { change } = useForm();
  const set = (next: string) => change(path, next === '' ? undefined : next);
  const label = field.required ? field.label : t('optional', { label: field.label });
  const help = field.help ?? (field.maxLength === undefined ? undefined : t('atMost', { count: field.maxLength }));
  return (
    <FieldRow path={path} label={label} help={help}>
      {(control) =>
        field.kind === 'choice' ? (
          <Select
            {...control}
            value={value || undefined}
            onChange={set}
            options={(field.options ?? []).map((option) => ({ value: option.value, label: option.label }))}
          />
        ) : (
          <LiquidInput
            {...control}
            label={field.label}
            value={value}
            onChange={set}
            language="text"
            rows={field.kind === 'long' ? longRows : undefined}
          />
        )
      }
    </FieldRow>
  );
}

'use client';

import type { TemplateField } from '@wend/contract';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

const kinds = ['long', 'text', 'url', 'choice'] as const satisfies readonly TemplateField['kind'][];

/** What whoever builds journeys fills in. */
export function FieldsEditor({
  value,
  onChange,
}: {
  value: TemplateField[];
  onChange: (next: TemplateField[]) => void;
}) {
  const t = useTranslations('settings.fieldsEditor');
  const set = (index: number, next: Partial<TemplateField>) =>
    onChange(value.map((each, at) => (at === index ? { ...each, ...next } : each)));
  return (
    <div className="space-y-3">
      {value.map((field, index) => (
        <div key={index} className="grid gap-3 rounded-lg border border-line bg-raised p-3 sm:grid-cols-6">
          <Field className="sm:col-span-2" label={t('label')}>
            {(control) => (
              <Input
                {...control}
                maxLength={80}
                value={field.label}
                onChange={(event) => set(index, { label: event.target.value })}
              />
            )}
          </Field>
          <Field className="sm:col-span-2" label={t('name')} help={t('nameHelp', { name: field.name || '…' })}>
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                maxLength={40}
                spellCheck={false}
                value={field.name}
                onChange={(event) => set(index, { name: event.target.value })}
              />
            )}
          </Field>
          <Field className="sm:col-span-1" label={t('kind')}>
            {(control) => (
              <Select
                {...control}
                value={field.kind}
                onChange={(kind) =>
                  set(index, { kind, options: kind === 'choice' ? (field.options ?? []) : undefined })
                }
                options={kinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
              />
            )}
          </Field>
          <Field className="sm:col-span-1" label={t('maxLength')}>
            {(control) => (
              <Input
                {...control}
                type="number"
                min={1}
                max={20_000}
                value={field.maxLength ?? ''}
                onChange={(event) => set(index, { maxLength: Number(event.target.value) || undefined })}
              />
            )}
          </Field>
          {field.kind === 'choice' ? (
            <Field className="sm:col-span-6" label={t('options')} help={t('optionsHelp')}>
              {(control) => (
                <Input
                  {...control}
                  defaultValue={(field.options ?? []).map((option) => option.value).join(', ')}
                  onChange={(event) =>
                    set(index, {
                      options: event.target.value
                        .split(',')
                        .map((each) => each.trim())
                        .filter(Boolean)
                        .map((each) => ({ value: each, label: each })),
                    })
                  }
                />
              )}
            </Field>
          ) : null}
          <div className="flex items-center justify-between gap-2 sm:col-span-6">
            <Checkbox
              label={t('required')}
              checked={field.required}
              onChange={(required) => set(index, { required })}
            />
            <IconButton
              size="sm"
              label={t('remove', { label: field.label })}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <X size={14} />
            </IconButton>
          </div>
        </div>
      ))}
      <Button
        variant="link"
        icon={<Plus size={14} strokeWidth={2} />}
        onClick={() => onChange([...value, { name: '', label: '', kind: 'text', required: true }])}
      >
        {t('add')}
      </Button>
    </div>
  );
}

'use client';

import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { asNumber, pathKeys } from '@wend/contract/plain';
import type { Json } from '@wend/contract';
import { ComboInput } from '@/components/form/combo-input';
import { FieldRow } from '@/components/form/field-row';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { LiquidInput } from './liquid/liquid-input';
import { asSchema, metaOf, propertiesOf, resolve, text, titleOf } from './schema';
import { useKnownNames } from '@/features/rules/use-known-names';

/** Pairs of a name and a value, one per line. */
export function KeyValueField({ name, schema, value, path }: FieldProps) {
  const t = useTranslations('editor-form.keyValueField');
  const { root, change } = useForm();
  const { traits } = useKnownNames();
  const items = Array.isArray(value) ? value : [];
  const itemSchema = resolve({ schema: asSchema(schema['items']) ?? {}, root });
  const fields = new Map(propertiesOf(itemSchema));
  const [nameKey = 'name', valueKey = 'value'] = [...fields.keys()];
  const nameField = fields.get(nameKey) ?? {};
  const valueField = fields.get(valueKey) ?? {};
  const meta = metaOf(schema);
  // A trait is set as a whole: what lies inside of one has no name of its own.
  const suggestions = name === 'traits' ? [...new Set(traits.map((path) => pathKeys(path)[0] ?? path))] : [];
  const set = (index: number, key: string, next: string) => change([...path, index, key], next);
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} help={meta.description} as="group">
      {() => (
        <div className="space-y-2">
          {items.map((item, index) => (
            <div key={index} className="flex items-start gap-1.5">
              <div className="w-[38%] shrink-0">
                <FieldRow path={[...path, index, nameKey]}>
                  {(control) => (
                    <ComboInput
                      {...control}
                      aria-label={`${titleOf({ schema: nameField, key: nameKey })} ${index + 1}`}
                      value={text(asSchema(item)?.[nameKey]) ?? ''}
                      suggestions={suggestions}
                      placeholder={text(nameField['placeholder']) ?? t('name')}
                      onChange={(next) => set(index, nameKey, next)}
                    />
                  )}
                </FieldRow>
              </div>
              <div className="min-w-0 flex-1">
                <FieldRow path={[...path, index, valueKey]}>
                  {(control) =>
                    metaOf(valueField).widget === 'liquid' ? (
                      <LiquidInput
                        {...control}
                        label={`${titleOf({ schema: valueField, key: valueKey })} ${index + 1}`}
                        value={stringOf(asSchema(item)?.[valueKey])}
                        language="text"
                        placeholder={text(valueField['placeholder'])}
                        onChange={(next) => set(index, valueKey, next)}
                      />
                    ) : (
                      <Input
                        {...control}
                        aria-label={`${titleOf({ schema: valueField, key: valueKey })} ${index + 1}`}
                        value={stringOf(asSchema(item)?.[valueKey])}
                        placeholder={text(valueField['placeholder'])}
                        onChange={(event) => set(index, valueKey, event.target.value)}
                      />
                    )
                  }
                </FieldRow>
              </div>
              <IconButton
                size="sm"
                className="mt-0.5"
                label={t('remove', { item: meta.itemTitle?.toLowerCase() ?? t('line'), number: index + 1 })}
                onClick={() =>
                  change(
                    path,
                    items.filter((_, at) => at !== index),
                  )
                }
              >
                <X size={14} />
              </IconButton>
            </div>
          ))}
          <Button
            variant="link"
            icon={<Plus size={14} strokeWidth={2} />}
            onClick={() => change(path, [...items, { [nameKey]: '', [valueKey]: '' }])}
          >
            {meta.addLabel ?? t('add')}
          </Button>
        </div>
      )}
    </FieldRow>
  );
}

function stringOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}

/** A list of short texts or numbers, separated by commas. */
export function TextsField({ name, schema, value, path }: FieldProps) {
  const t = useTranslations('editor-form.keyValueField');
  const { root, change } = useForm();
  const items = Array.isArray(value) ? value : [];
  const itemType = resolve({ schema: asSchema(schema['items']) ?? {}, root })['type'];
  const numbers = itemType === 'number' || itemType === 'integer';
  return (
    <FieldRow
      path={path}
      label={titleOf({ schema, key: name })}
      help={metaOf(schema).description ?? t('commas')}
      inside
    >
      {(control) => (
        <Input
          {...control}
          key={path.join('.')}
          defaultValue={items.map(stringOf).join(', ')}
          placeholder={text(schema['placeholder'])}
          onChange={(event) =>
            change(
              path,
              event.target.value
                .split(',')
                .map((each) => each.trim())
                .filter(Boolean)
                .map((each) => (numbers ? (asNumber(each) ?? each) : each)),
            )
          }
        />
      )}
    </FieldRow>
  );
}

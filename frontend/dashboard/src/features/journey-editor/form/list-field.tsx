'use client';

import type { Json, JsonObject } from '@wend/contract';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ComponentType } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { FieldRow } from '@/components/form/field-row';
import { Fields } from './fields';
import type { FieldProps } from './fields';
import { FormProvider, useForm } from './form-context';
import { asSchema, blankFor, metaOf, propertiesOf, resolve, text, titleOf } from './schema';
import type { Path } from '@/components/form/field-path';
import type { Schema } from './schema';
import { followedLabel } from './follow-label';

type ListFieldProps = FieldProps & { Field: ComponentType<FieldProps> };

/** A list of objects: add, remove, reorder. Items keep their ids, which edges refer to. */
export function ListField({ name, schema, value, path, Field }: ListFieldProps) {
  const t = useTranslations('editor-form.listField');
  const { root, change } = useForm();
  const items = Array.isArray(value) ? value : [];
  const itemSchema = resolve({ schema: asSchema(schema['items']) ?? {}, root });
  const meta = metaOf(schema);
  const most = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : Infinity;
  const add = () =>
    change(path, [
      ...items,
      named({
        blank: blankFor({ schema: itemSchema, root }),
        title: meta.itemTitle,
        count: items.length + 1,
        itemSchema,
      }),
    ]);
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} help={meta.description} as="group">
      {() => (
        <div className="space-y-2">
          {items.map((item, index) => (
            <ListItem
              key={itemKey({ item, index })}
              item={item}
              index={index}
              count={items.length}
              itemSchema={itemSchema}
              Field={Field}
              path={[...path, index]}
              title={meta.itemTitle ?? t('item')}
              least={typeof schema['minItems'] === 'number' ? schema['minItems'] : 0}
              onMove={(to) => change(path, moved({ items, from: index, to }))}
              onRemove={() =>
                change(
                  path,
                  items.filter((_, at) => at !== index),
                )
              }
            />
          ))}
          {items.length < most && (
            <Button variant="link" icon={<Plus size={14} strokeWidth={2} />} onClick={add}>
              {meta.addLabel ?? t('add')}
            </Button>
          )}
        </div>
      )}
    </FieldRow>
  );
}

type ListItemProps = {
  item: Json;
  index: number;
  count: number;
  itemSchema: Schema;
  Field: ComponentType<FieldProps>;
  path: Path;
  title: string;
  least: number;
  onMove: (to: number) => void;
  onRemove: () => void;
};

function ListItem({ item, index, count, itemSchema, Field, path, title, least, onMove, onRemove }: ListItemProps) {
  const t = useTranslations('editor-form.listField');
  const form = useForm();
  const object = asSchema(item) ?? {};
  const label = text(object['label']);
  const name = label ?? `${title} ${index + 1}`;
  const compact = fitsOneLine(itemSchema);
  const actions = (
    <span className="flex shrink-0">
      {count > 1 && (
        <IconButton size="sm" label={t('moveUp', { name })} disabled={index === 0} onClick={() => onMove(index - 1)}>
          <ArrowUp size={14} />
        </IconButton>
      )}
      {count > 1 && (
        <IconButton
          size="sm"
          label={t('moveDown', { name })}
          disabled={index === count - 1}
          onClick={() => onMove(index + 1)}
        >
          <ArrowDown size={14} />
        </IconButton>
      )}
      {count > least && (
        <IconButton size="sm" label={t('remove', { name })} onClick={onRemove}>
          <Trash2 size={14} />
        </IconButton>
      )}
    </span>
  );
  // An item named after its event follows when another event is chosen.
  const change: typeof form.change = (at, value) => {
    form.change(at, value);
    const next = followedLabel({ item: object, at: at.slice(path.length), value, title });
    if (next !== null) form.change([...path, 'label'], next);
  };
  return (
    <FormProvider value={{ ...form, change }}>
      {compact ? (
        <div className="flex items-start gap-1.5 rounded-lg border border-line bg-raised p-2">
          {propertiesOf(itemSchema)
            .filter(([key]) => key !== 'id')
            .map(([key, property]) => (
              <div key={key} className={key === 'label' || property['type'] === 'string' ? 'min-w-0 flex-1' : 'w-20'}>
                <Field
                  name={key}
                  schema={{ ...property, description: '' }}
                  value={object[key]}
                  siblings={object}
                  path={[...path, key]}
                />
              </div>
            ))}
          <div className="pt-6">{actions}</div>
        </div>
      ) : (
        <div className="rounded-lg border border-line bg-raised">
          <div className="flex h-9 items-center justify-between gap-2 border-b border-line pr-1 pl-3">
            <span className="truncate font-semibold">{name}</span>
            {actions}
          </div>
          <div className="space-y-3 p-3">
            <Fields schema={itemSchema} value={item} path={path} hide={['id']} Field={Field} />
          </div>
        </div>
      )}
    </FormProvider>
  );
}

/** Items of two short fields, such as an arm and its weight, lie on one line. */
function fitsOneLine(schema: Schema): boolean {
  const shown = propertiesOf(schema).filter(([key]) => key !== 'id');
  return (
    shown.length <= 2 &&
    shown.every(
      ([, property]) =>
        ['string', 'number', 'integer'].includes(String(property['type'])) &&
        property['$ref'] === undefined &&
        !['rule', 'liquid', 'textarea'].includes(String(property['widget'])),
    )
  );
}

function itemKey({ item, index }: { item: Json; index: number }): string {
  return text(asSchema(item)?.['id']) ?? String(index);
}

function moved({ items, from, to }: { items: Json[]; from: number; to: number }): Json[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

type NamedOptions = {
  blank: Json;
  title: string | undefined;
  count: number;
  itemSchema: Schema;
};

/** A new item gets a name at once, so that its port can be told apart. */
function named({ blank, title, count, itemSchema }: NamedOptions): Json {
  const object = asSchema(blank) as JsonObject | undefined;
  if (!object || !propertiesOf(itemSchema).some(([key]) => key === 'label')) return blank;
  return { ...object, label: `${title ?? 'Item'} ${count}` };
}

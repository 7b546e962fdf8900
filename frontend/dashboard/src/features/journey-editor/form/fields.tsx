'use client';

import type { Json, JsonObject } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ComponentType } from 'react';
import { useForm } from './form-context';
import { asSchema, drawnAs, metaOf, propertiesOf, resolve } from './schema';
import type { Path } from '@/components/form/field-path';
import type { Schema } from './schema';

export type FieldProps = { name: string; schema: Schema; value: Json | undefined; siblings: JsonObject; path: Path };

type FieldsProps = {
  schema: Schema;
  value: Json | undefined;
  path: Path;
  hide?: readonly string[];
  /** What draws one of them: fields of fields are drawn by the same. */
  Field: ComponentType<FieldProps>;
};

/**
 * The fields of an object, in the order of its schema; `hide` leaves out keys that are set elsewhere. What was never
 * set is shown as what it counts as.
 */
export function Fields({ schema, value, path, hide = [], Field }: FieldsProps) {
  const t = useTranslations('editor-form.fields');
  const { root } = useForm();
  const object = asSchema(value) ?? {};
  const shown = propertiesOf(schema)
    .filter(
      ([key, property]) =>
        !hide.includes(key) &&
        !isReplaced(property, object) &&
        isCalledFor({ property, object, schema }) &&
        drawnAs({ schema: resolve({ schema: property, root }), root }) !== 'none',
    )
    .map(([key, property]) => [key, resolve({ schema: property, root })] as const);
  const isAdvanced = ([key, property]: readonly [string, Schema]) =>
    metaOf(property).advanced === true && isBlank(object[key]);
  const draw = ([key, property]: readonly [string, Schema]) => (
    <Field
      key={key}
      name={key}
      schema={property}
      value={object[key] === undefined ? (property['default'] ?? metaOf(property).usual) : object[key]}
      siblings={object}
      path={[...path, key]}
    />
  );
  const advanced = shown.filter(isAdvanced);
  return (
    <>
      {shown.filter((field) => !isAdvanced(field)).map(draw)}
      {advanced.length > 0 && (
        <details className="group">
          <summary className="flex items-center gap-1 font-medium text-accent select-none">
            <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
            {t('more')}
          </summary>
          <div className="mt-3 space-y-4">{advanced.map(draw)}</div>
        </details>
      )}
    </>
  );
}

/** The field that takes its place is filled. */
function isReplaced(property: Schema, object: JsonObject): boolean {
  const by = metaOf(property).replacedBy;
  return by !== undefined && !isBlank(object[by]);
}

/** What it says something about is chosen, or is what counts as chosen. */
function isCalledFor({ property, object, schema }: { property: Schema; object: JsonObject; schema: Schema }): boolean {
  const given = Object.fromEntries(propertiesOf(schema));
  return Object.entries(metaOf(property).shownFor ?? {}).every(([place, values]) => {
    const [key = '', inside] = place.split('.');
    const value = object[key] ?? given[key]?.['default'];
    return values.includes(String((inside === undefined ? value : asSchema(value)?.[inside]) ?? ''));
  });
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

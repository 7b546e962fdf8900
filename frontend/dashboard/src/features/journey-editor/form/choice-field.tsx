'use client';

import type { JsonObject } from '@wend/contract';
import type { ComponentType } from 'react';
import { Select } from '@/components/ui/select';
import { FieldRow } from '@/components/form/field-row';
import { Fields } from './fields';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { asSchema, blankFor, metaOf, titleOf, variantsOf } from './schema';

type ChoiceFieldProps = FieldProps & { Field: ComponentType<FieldProps> };

/** One of several shapes: choosing another starts it blank, keeping what both have. */
export function ChoiceField({ name, schema, value, path, Field }: ChoiceFieldProps) {
  const { root, change } = useForm();
  const union = variantsOf({ schema, root });
  if (!union) return null;
  const current = asSchema(value) ?? {};
  const chosen = union.variants.find((variant) => variant.value === current[union.key]);
  const choose = (next: string) => {
    const variant = union.variants.find((each) => each.value === next);
    if (!variant) return;
    const blank = (asSchema(blankFor({ schema: variant.schema, root })) ?? {}) as JsonObject;
    const shared = Object.fromEntries(
      Object.keys(blank)
        .filter((key) => key !== union.key && current[key] !== undefined)
        .map((key) => [key, current[key] as never]),
    );
    change(path, { ...blank, ...shared });
  };
  return (
    <>
      <FieldRow path={path} label={titleOf({ schema, key: name })} help={metaOf(schema).description}>
        {(control) => (
          <Select
            {...control}
            value={chosen?.value}
            onChange={choose}
            options={union.variants.map(({ value: each, title }) => ({ value: each, label: title }))}
          />
        )}
      </FieldRow>
      {chosen && <Fields schema={chosen.schema} value={value} path={path} hide={[union.key]} Field={Field} />}
    </>
  );
}

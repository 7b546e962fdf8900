'use client';

import type { Json } from '@wend/contract';
import { FieldRow } from '@/components/form/field-row';
import { JourneyPicker } from '@/features/rules/parts/journey-picker';
import { SegmentPicker } from '@/features/segments/segment-picker';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { asSchema, metaOf, text, titleOf } from './schema';

/** A journey, or a segment without a rule, kept with the name that it had when it was chosen. */
export function ChosenField({ name, schema, value, path, of }: FieldProps & { of: 'journey' | 'manualSegment' }) {
  const { change } = useForm();
  const chosen = asSchema(value);
  const id = text(chosen?.['id']) || undefined;
  const choose = (next: { id: string; name: string }) => change(path, next as Json);
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} help={metaOf(schema).description} inside>
      {(control) =>
        of === 'journey' ? (
          <JourneyPicker
            {...control}
            required
            value={id}
            name={text(chosen?.['name'])}
            onChange={(next) => next && choose(next)}
          />
        ) : (
          <SegmentPicker
            {...control}
            kind="manual"
            value={id}
            onChange={(next, called) => choose({ id: next, name: called })}
          />
        )
      }
    </FieldRow>
  );
}

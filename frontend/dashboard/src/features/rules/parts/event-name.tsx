'use client';

import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { EventInput } from '../event-input';

type EventNameProps = { label: string; value: string; path: Path; onChange: (event: string) => void };

/** The name of an event, in a sentence. */
export function EventName({ label, value, path, onChange }: EventNameProps) {
  return (
    <div className="min-w-36 flex-1">
      <FieldRow path={path}>
        {(control) => <EventInput {...control} aria-label={label} value={value} onChange={onChange} />}
      </FieldRow>
    </div>
  );
}

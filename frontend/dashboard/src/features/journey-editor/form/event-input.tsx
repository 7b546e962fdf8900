'use client';

import { ComboInput } from './combo-input';
import { useKnownNames } from './use-known-names';

type EventInputProps = { value: string; onChange: (value: string) => void; placeholder?: string | undefined; id?: string; 'aria-label'?: string; 'aria-invalid'?: boolean | undefined; 'aria-describedby'?: string | undefined };

/** The name of an event: one that was received, or one that will be. */
export function EventInput({ placeholder = 'Order Completed', ...rest }: EventInputProps) {
  const { events } = useKnownNames();
  return <ComboInput {...rest} placeholder={placeholder} suggestions={events.map((event) => event.name)} />;
}

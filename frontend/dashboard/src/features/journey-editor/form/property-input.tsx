'use client';

import { ComboInput } from '@/components/form/combo-input';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';

type PropertyInputProps = {
  value: string;
  onChange: (value: string) => void;
  /** Whose properties are offered; those of all events when it is not said. */
  event: string | undefined;
  placeholder?: string | undefined;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** The path of a property of an event: one that was seen, or one that will be. */
export function PropertyInput({ event, placeholder, ...rest }: PropertyInputProps) {
  const names = useKnownNames();
  return <ComboInput {...rest} placeholder={placeholder ?? ''} suggestions={propertiesOfEvent(names, event)} />;
}

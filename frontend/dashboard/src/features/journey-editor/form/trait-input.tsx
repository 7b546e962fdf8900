'use client';

import { ComboInput } from '@/components/form/combo-input';
import { hintsOf, useKnownNames } from '@/features/rules/use-known-names';

type TraitInputProps = {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string | undefined;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** The name of a trait: one that somebody has, or one that somebody will have. */
export function TraitInput({ placeholder, ...rest }: TraitInputProps) {
  const { traits, traitFacts } = useKnownNames();
  return <ComboInput {...rest} placeholder={placeholder ?? ''} suggestions={traits} hintOf={hintsOf(traitFacts)} />;
}

'use client';

import { useTranslations } from 'next-intl';
import { ComboInput } from '@/components/form/combo-input';
import { useKnownNames } from './use-known-names';

type EventInputProps = {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string | undefined;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** The name of an event: one that was received, or one that will be. */
export function EventInput({ placeholder, ...rest }: EventInputProps) {
  const t = useTranslations('editor-rules.eventInput');
  const { events } = useKnownNames();
  return (
    <ComboInput {...rest} placeholder={placeholder ?? t('example')} suggestions={events.map((event) => event.name)} />
  );
}

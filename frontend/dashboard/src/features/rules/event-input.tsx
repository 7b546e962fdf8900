'use client';

import { useTranslations } from 'next-intl';
import { ComboInput } from '@/components/form/combo-input';
import { formatNumber } from '@/lib/format';
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
  const volume = (count: number) => (count === 0 ? undefined : t('volume', { count: formatNumber(count) }));
  return (
    <ComboInput
      {...rest}
      placeholder={placeholder ?? t('example')}
      suggestions={events.map((event) => event.name)}
      hintOf={(name) => {
        const event = events.find((each) => each.name === name);
        return event && { note: volume(event.last30Days), detail: event.description };
      }}
    />
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Field, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { languages, timeZones } from './place';

type Place = { timeZone: string; language: string };

type PlaceFieldsProps = {
  value: Place;
  onChange: (next: Partial<Place>) => void;
  error: unknown;
  disabled?: boolean;
};

/** Where and in which language the workspace's people are, unless theirs is known. */
export function PlaceFields({ value, onChange, error, disabled = false }: PlaceFieldsProps) {
  const t = useTranslations('workspace.placeFields');
  const zones = useId();
  return (
    <>
      <Field label={t('timeZone')} help={t('timeZoneHelp')} error={fieldError(error, 'timeZone')}>
        {(control) => (
          <Input
            {...control}
            list={zones}
            required
            disabled={disabled}
            spellCheck={false}
            autoComplete="off"
            value={value.timeZone}
            onChange={(event) => onChange({ timeZone: event.target.value })}
          />
        )}
      </Field>
      <datalist id={zones} suppressHydrationWarning>
        {timeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field label={t('language')} help={t('languageHelp')} error={fieldError(error, 'language')}>
        {(control) => (
          <Select
            {...control}
            disabled={disabled}
            value={value.language}
            options={languages(value.language)}
            onChange={(language) => onChange({ language })}
            className="w-full"
          />
        )}
      </Field>
    </>
  );
}

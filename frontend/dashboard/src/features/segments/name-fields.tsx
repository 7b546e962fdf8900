'use client';

import { useTranslations } from 'next-intl';
import { Field, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { SegmentForm } from './use-segment-form';

type NameFieldsProps = { form: SegmentForm; error: unknown };

export function NameFields({ form, error }: NameFieldsProps) {
  const t = useTranslations('segments.form');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('name')} error={fieldError(error, 'name')}>
        {(control) => (
          <Input
            {...control}
            maxLength={120}
            autoComplete="off"
            placeholder={t('namePlaceholder')}
            value={form.draft.name}
            onChange={(event) => form.change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('description')} error={fieldError(error, 'description')}>
        {(control) => (
          <Input
            {...control}
            maxLength={500}
            autoComplete="off"
            placeholder={t('descriptionPlaceholder')}
            value={form.draft.description}
            onChange={(event) => form.change({ description: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

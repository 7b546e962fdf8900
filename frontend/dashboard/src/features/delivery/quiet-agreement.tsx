'use client';

import type { QuietHours } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Field, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { TopicPicker } from '@/features/consents/topic-picker';

type Agreement = QuietHours['unless'];
const kinds = ['none', 'topic', 'trait'] as const;

type QuietAgreementProps = {
  unless: Agreement;
  onChange: (unless: Agreement) => void;
  disabled: boolean;
  /** What the server said; `path` leads to these quiet hours. */
  error: unknown;
  path: string;
};

/** Who gets messages in quiet hours because they agreed: people in a topic, or with a trait. */
export function QuietAgreement({ unless, onChange, disabled, error, path }: QuietAgreementProps) {
  const t = useTranslations('delivery.quietAgreement');
  const kind = unless?.kind ?? 'none';
  const choose = (next: (typeof kinds)[number]) => {
    if (next === kind) return;
    if (next === 'none') onChange(undefined);
    else onChange(next === 'topic' ? { kind: 'topic', topic: '' } : { kind: 'trait', trait: '' });
  };
  return (
    <>
      <Field label={t('title')} help={t(`help.${kind}`)}>
        {(control) => (
          <Select
            {...control}
            disabled={disabled}
            value={kind}
            onChange={choose}
            options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          />
        )}
      </Field>
      {unless?.kind === 'topic' ? (
        <Field label={t('topic')} error={fieldError(error, `${path}.unless.topic`)}>
          {(control) => (
            <TopicPicker
              {...control}
              disabled={disabled}
              starts="unsubscribed"
              value={unless.topic || undefined}
              onChange={(topic) => onChange({ kind: 'topic', topic: topic ?? '' })}
            />
          )}
        </Field>
      ) : null}
      {unless?.kind === 'trait' ? (
        <Field label={t('trait')} error={fieldError(error, `${path}.unless.trait`)}>
          {(control) => (
            <Input
              {...control}
              value={unless.trait}
              placeholder={t('traitExample')}
              onChange={({ target }) => onChange({ kind: 'trait', trait: target.value })}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}

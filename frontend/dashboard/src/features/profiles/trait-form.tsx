'use client';

import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { readTrait, retyped, traitTypes } from './trait-values';
import type { TraitDraft } from './trait-values';

type TraitValueFieldProps = { name: string; draft: TraitDraft; onChange: (draft: TraitDraft) => void };

/** A trait's type and value, with what is wrong with it below. */
export function TraitValueField({ name, draft, onChange }: TraitValueFieldProps) {
  const t = useTranslations('profiles.traitForm');
  const id = useId();
  const read = readTrait(draft);
  const isBlank = draft.text.trim() === '';
  const problem = 'problem' in read && !isBlank ? t(`problems.${read.problem}`) : null;
  const control = {
    'aria-label': t('valueOf', { name }),
    'aria-invalid': problem ? true : undefined,
    'aria-describedby': problem ? id : undefined,
  } as const;
  const type = (text: string) => onChange({ ...draft, text });
  return (
    <div className="space-y-1.5">
      <Select
        aria-label={t('typeOf', { name })}
        value={draft.type}
        onChange={(next) => onChange(retyped(draft, next))}
        options={traitTypes.map((value) => ({ value, label: t(`types.${value}`) }))}
      />
      {draft.type === 'boolean' ? (
        <Select
          {...control}
          value={draft.text === 'true' ? 'true' : 'false'}
          onChange={type}
          options={[
            { value: 'true', label: t('yes') },
            { value: 'false', label: t('no') },
          ]}
        />
      ) : draft.type === 'list' || draft.type === 'json' ? (
        <Textarea
          {...control}
          rows={draft.type === 'json' ? 6 : 4}
          className={draft.type === 'json' ? 'font-mono text-xs' : ''}
          placeholder={draft.type === 'list' ? t('onePerLine') : ''}
          value={draft.text}
          onChange={(event) => type(event.target.value)}
        />
      ) : (
        <Input
          {...control}
          inputMode={draft.type === 'number' ? 'decimal' : 'text'}
          placeholder={draft.type === 'date' ? t('datePlaceholder') : ''}
          value={draft.text}
          onChange={(event) => type(event.target.value)}
        />
      )}
      {problem ? (
        <p id={id} className="text-xs text-bad">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

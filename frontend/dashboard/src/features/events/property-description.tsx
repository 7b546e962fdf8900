'use client';

import type { CatalogueDetail, CatalogueProperty } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { useDescribe } from './use-catalogue';

type PropertyDescriptionProps = { entry: CatalogueDetail; property: CatalogueProperty; may: boolean };

/** What a property means, edited where it stands: Enter or leaving the field saves, Escape keeps what was. */
export function PropertyDescription({ entry, property: { path, description }, may }: PropertyDescriptionProps) {
  const t = useTranslations('events.detail');
  const describe = useDescribe(entry);
  const toast = useToast();
  const [text, setText] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const isEditing = text !== null;
  useEffect(() => {
    if (isEditing) input.current?.focus();
  }, [isEditing]);
  if (!may) return description === '' ? null : <p className="mt-0.5 text-xs text-muted">{description}</p>;
  if (!isEditing)
    return (
      <Button
        variant="link"
        className="mt-0.5 max-w-full shrink! justify-start text-left text-xs font-normal! whitespace-normal! text-muted! hover:text-ink!"
        aria-label={t('descriptionOf', { path, text: description === '' ? t('addDescription') : description })}
        onClick={() => setText(description)}
      >
        {description === '' ? t('addDescription') : description}
      </Button>
    );
  const save = () => {
    const next = text.trim();
    if (describe.isPending) return;
    if (next === description) return setText(null);
    describe.mutate(
      { path, description: next },
      { onSuccess: () => setText(null), onError: (error) => toast.fail(t('saveFailed'), error) },
    );
  };
  return (
    <Input
      ref={input}
      className="mt-1 h-7! text-xs"
      aria-label={t('describeProperty', { path })}
      maxLength={500}
      value={text}
      readOnly={describe.isPending}
      data-takes-escape
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          event.preventDefault();
          save();
        } else if (event.key === 'Escape') {
          setText(null);
        }
      }}
    />
  );
}

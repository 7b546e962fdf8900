'use client';

import type { TemplateCall } from '@wend/contract';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';

type Headers = TemplateCall['headers'];

/** Names and values, one per line. */
export function HeadersEditor({ value, onChange }: { value: Headers; onChange: (next: Headers) => void }) {
  const t = useTranslations('settings.headersEditor');
  const set = (index: number, next: Partial<Headers[number]>) =>
    onChange(value.map((each, at) => (at === index ? { ...each, ...next } : each)));
  return (
    <div className="space-y-2" role="group" aria-label={t('headers')}>
      <p className="font-medium">{t('headers')}</p>
      {value.map((header, index) => (
        <div key={index} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-center gap-1.5">
          <Input
            className="font-mono"
            aria-label={t('name', { number: index + 1 })}
            spellCheck={false}
            value={header.name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <Input
            className="font-mono"
            aria-label={t('value', { number: index + 1 })}
            spellCheck={false}
            value={header.value}
            onChange={(event) => set(index, { value: event.target.value })}
          />
          <IconButton
            size="sm"
            label={t('remove', { number: index + 1 })}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <Button
        variant="link"
        icon={<Plus size={14} strokeWidth={2} />}
        onClick={() => onChange([...value, { name: '', value: '' }])}
      >
        {t('add')}
      </Button>
    </div>
  );
}

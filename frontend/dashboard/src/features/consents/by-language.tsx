'use client';

import { Plus, X } from 'lucide-react';
import { useLocale } from 'next-intl';
import type { ReactNode } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';

/** Those that hosted pages come in. */
const languages = ['en', 'ko', 'ja', 'de', 'fr', 'es', 'pt', 'it'] as const;

type ByLanguageProps<Texts> = {
  texts: Record<string, Texts>;
  onChange: (texts: Record<string, Texts>) => void;
  blank: Texts;
  /** The fields of one language. */
  fields: (options: { texts: Texts; language: string; change: (some: Partial<Texts>) => void }) => ReactNode;
  words: { add: string; remove: (language: string) => string };
};

/** Texts of their own per language: those that are there, and a way to add one. */
export function ByLanguage<Texts extends object>({ texts, onChange, blank, fields, words }: ByLanguageProps<Texts>) {
  const nameOf = useLanguageName();
  const rest = languages.filter((language) => !Object.hasOwn(texts, language));
  return (
    <div className="space-y-3">
      {Object.entries(texts).map(([language, own]) => (
        <fieldset key={language} aria-label={nameOf(language)} className="space-y-3 rounded-lg border border-line p-3">
          <div className="flex items-center justify-between">
            <p className="font-medium">{nameOf(language)}</p>
            <IconButton
              size="sm"
              label={words.remove(nameOf(language))}
              onClick={() => onChange(Object.fromEntries(Object.entries(texts).filter(([each]) => each !== language)))}
            >
              <X size={14} strokeWidth={1.75} />
            </IconButton>
          </div>
          {fields({
            texts: own,
            language,
            change: (some) => onChange({ ...texts, [language]: { ...own, ...some } }),
          })}
        </fieldset>
      ))}
      {rest.length > 0 ? (
        <div className="flex items-center gap-2">
          <Plus size={15} strokeWidth={1.75} aria-hidden className="text-muted" />
          <Select
            className="w-56!"
            aria-label={words.add}
            placeholder={words.add}
            value={undefined}
            onChange={(language: string) => onChange({ ...texts, [language]: blank })}
            options={rest.map((language) => ({ value: language, label: nameOf(language) }))}
          />
        </div>
      ) : null}
    </div>
  );
}

function useLanguageName(): (language: string) => string {
  const names = new Intl.DisplayNames(useLocale(), { type: 'language', fallback: 'code' });
  return (language) => names.of(language) ?? language;
}

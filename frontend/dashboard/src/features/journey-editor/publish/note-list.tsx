import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

/** Of a long list so many are told. */
const most = 5;

type NoteListProps = { title: string; hint?: ReactNode; items: { key: string; words: ReactNode }[] };

/** What a preview has to say under one heading; nothing where there is nothing. */
export function NoteList({ title, hint, items }: NoteListProps) {
  const t = useTranslations('editor-publish.previewNotes');
  if (items.length === 0) return null;
  return (
    <section aria-label={title} className="mt-3">
      <h4 className="mb-1 text-xs font-medium text-muted">{title}</h4>
      <ul className="space-y-0.5">
        {items.slice(0, most).map(({ key, words }) => (
          <li key={key}>{words}</li>
        ))}
        {items.length > most ? <li className="text-muted">{t('more', { count: items.length - most })}</li> : null}
      </ul>
      {hint ? <p className="mt-1 text-xs text-muted">{hint}</p> : null}
    </section>
  );
}

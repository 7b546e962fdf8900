import type { PublishPreview } from '@wend/contract';
import { UserRound, UsersRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { editorWords } from '../compare/editor-words';

/** Of a long list so many are told. */
const most = 5;

/** What publishing means for the people inside, as the server says: whose draft it is, who stands where, what is empty. */
export function PreviewNotes({ preview }: { preview: PublishPreview }) {
  const t = useTranslations('editor-publish.previewNotes');
  const { inside, draftEdited } = preview;
  return (
    <>
      {draftEdited.you || draftEdited.by === null ? null : (
        <p role="note" className="mt-4 flex gap-2 rounded-lg bg-warn-soft px-3 py-2" data-testid="not-yours">
          <UserRound size={15} strokeWidth={1.75} className="mt-px shrink-0 text-warn" aria-hidden />
          <span>
            {t.rich('notYours', {
              by: editorWords(draftEdited.by, t('apiKey')),
              at: () => <RelativeTime at={draftEdited.at} />,
            })}
          </span>
        </p>
      )}
      {preview.version === null || preview.unchanged ? null : (
        <section aria-label={t('title')} className="mt-4" data-testid="affected">
          <h3 className="mb-1.5 flex items-center gap-2 text-xs font-medium text-muted">
            <UsersRound size={14} strokeWidth={1.75} aria-hidden />
            {t('title')}
          </h3>
          {inside.people === 0 ? (
            <p>{t('nobody')}</p>
          ) : (
            <p>
              {t('staying', {
                people: inside.people,
                versions: inside.versions.map((each) => t('version', each)).join(', '),
              })}
            </p>
          )}
          <List
            title={t('steps')}
            items={preview.steps.map(({ node, name, people, change }) => ({
              key: node,
              words: t('stepChanged', { name, people, change: t(`change.${change}`) }),
            }))}
          />
        </section>
      )}
      <Empty variables={preview.variables} />
      <List
        title={t('again')}
        items={preview.again.map(({ node, name, people }) => ({ key: node, words: t('againOne', { name, people }) }))}
      />
    </>
  );
}

const emptyTexts = { inside: 'emptyInside', 'could-enter': 'emptyComing', everybody: 'emptyAnybody' } as const;

function Empty({ variables: { of, people, empty } }: Pick<PublishPreview, 'variables'>) {
  const t = useTranslations('editor-publish.previewNotes');
  const v = (chunks: ReactNode) => <code className="font-mono text-xs">{chunks}</code>;
  return (
    <List
      title={t('empty')}
      hint={t.rich('emptyHint', { v })}
      items={empty.map((each) => ({
        key: `${each.node} ${each.path} ${each.variable}`,
        words: t.rich(emptyTexts[of], {
          v,
          variable: `{{ ${each.variable} }}`,
          name: each.name,
          people: each.people,
          of: people,
        }),
      }))}
    />
  );
}

type ListProps = { title: string; hint?: ReactNode; items: { key: string; words: ReactNode }[] };

function List({ title, hint, items }: ListProps) {
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

import type { PublishPreview } from '@wend/contract';
import { UserRound, UsersRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { editorWords } from '../compare/editor-words';
import { NoteList } from './note-list';

/** So many variables that were not looked at are named. */
const mostNamed = 4;

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
        </section>
      )}
      <Empty variables={preview.variables} />
      <NoteList
        title={t('again')}
        items={preview.again.map(({ node, name, people }) => ({ key: node, words: t('againOne', { name, people }) }))}
      />
    </>
  );
}

const emptyTexts = { inside: 'emptyInside', 'could-enter': 'emptyComing', everybody: 'emptyAnybody' } as const;

function Empty({ variables: { of, people, empty, uncounted } }: Pick<PublishPreview, 'variables'>) {
  const t = useTranslations('editor-publish.previewNotes');
  const v = (chunks: ReactNode) => <code className="font-mono text-xs">{chunks}</code>;
  const unknown = [...new Set(uncounted.map(({ variable }) => `{{ ${variable} }}`))];
  return (
    <>
      <NoteList
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
      {unknown.length > 0 ? (
        <p className="mt-2 text-xs text-muted" data-testid="uncounted">
          {t('uncounted', {
            list: unknown.slice(0, mostNamed).join(', '),
            more: Math.max(0, unknown.length - mostNamed),
          })}
        </p>
      ) : null}
    </>
  );
}

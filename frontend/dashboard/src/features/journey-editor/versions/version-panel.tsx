'use client';

import type { JourneyMove, VersionSummary } from '@wend/contract';
import { compareGraphs, countChanges } from '@wend/contract/plain';
import { ArrowLeft, RotateCcw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { graphWords } from '../panel/graph-words';
import { ChangeList, markIcons } from '../compare/change-list';
import type { Mark } from '../compare/change-words';
import { editorWords } from '../compare/editor-words';
import { MoveState } from '../moves/move-state';
import { useMoves } from '../moves/use-moves';
import { useEditor, useEditorStore } from '../store/editor-context';
import { revealNodes, selectNodes } from '../store/select';
import { RestoreVersion } from './restore-version';
import { useVersionList, useVersionView } from './use-versions';
import { showVersions } from './version-url';
import type { Shown } from './version-url';

/** Right of the canvas: all versions, or the one that is open and how it differs from another. */
export function VersionPanel({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-compare.versions');
  const list = useVersionList(journeyId);
  const { shown, error } = useVersionView(journeyId);
  const moves = useMoves(journeyId);
  if (list.isPending) return <ListSkeleton rows={4} className="py-4" />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} title={t('failed')} />;
  const versions = list.data.pages.flatMap(({ items }) => items);
  if (shown !== null && error) return <ErrorState error={error} onRetry={back} title={t('openFailed')} />;
  if (shown !== null) return <OneVersion journeyId={journeyId} shown={shown} versions={versions} />;
  return (
    <div className="px-5 py-4">
      <h2 className="text-lg font-semibold">{t('title')}</h2>
      <p className="mt-1 text-muted">{versions.length === 0 ? t('none') : t('intro')}</p>
      <ul className="mt-4 space-y-2" aria-label={t('title')}>
        {versions.length > 0 ? <DraftRow current={versions.find(({ current }) => current)?.number ?? null} /> : null}
        {versions.map((version) => (
          <VersionRow
            key={version.number}
            journeyId={journeyId}
            version={version}
            moves={(moves.data?.items ?? []).filter(({ to }) => to === version.number)}
          />
        ))}
      </ul>
      <LoadMore has={list.hasNextPage} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </div>
  );
}

const back = () => showVersions({ shown: null, against: null });
const row = 'block w-full rounded-lg border border-line bg-raised px-3 py-2 text-left hover:border-accent';

function DraftRow({ current }: { current: number | null }) {
  const t = useTranslations('editor-compare.versions');
  if (current === null) return null;
  return (
    <li>
      <button type="button" className={row} onClick={() => showVersions({ shown: 'draft', against: current })}>
        <span className="font-semibold">{t('draft')}</span>
        <span className="block text-xs text-muted">{t('compareDraft', { version: current })}</span>
      </button>
    </li>
  );
}

type VersionRowProps = { journeyId: string; version: VersionSummary; moves: JourneyMove[] };

function VersionRow({ journeyId, version, moves }: VersionRowProps) {
  const t = useTranslations('editor-compare.versions');
  const { number, publishedAt, publishedBy, note, current, people } = version;
  return (
    <li className={row} data-testid={`version-${number}`}>
      <div className="flex items-center gap-2">
        <button
          type="button"
          className="font-semibold hover:text-accent hover:underline"
          onClick={() => showVersions({ shown: number, against: null })}
        >
          {t('version', { number })}
        </button>
        {current ? <Badge tone="good">{t('current')}</Badge> : null}
        <span className="ml-auto text-xs text-muted tabular-nums">{t('people', { people })}</span>
      </div>
      {note ? <p className="mt-0.5 break-words">{note}</p> : null}
      <p className="mt-0.5 text-xs break-words text-muted">
        <RelativeTime at={publishedAt} />
        {publishedBy ? ` · ${editorWords(publishedBy, t('apiKey'))}` : ''}
      </p>
      {moves.length > 0 ? (
        <ul className="mt-2 space-y-2 border-t border-line pt-2" aria-label={t('moves', { number })}>
          {moves.map((move) => (
            <li key={move.id}>
              <MoveState journeyId={journeyId} move={move} />
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

type OneVersionProps = { journeyId: string; shown: Shown; versions: readonly VersionSummary[] };

function OneVersion({ journeyId, shown, versions }: OneVersionProps) {
  const t = useTranslations('editor-compare.versions');
  const size = useTranslations('editor-panel.graphWords');
  const editable = useEditor((state) => state.editable);
  const { before, after } = useVersionView(journeyId);
  const version = versions.find(({ number }) => number === shown);
  const nameOf = (which: Shown) => (which === 'draft' ? t('draft') : t('version', { number: which }));
  const others: Shown[] = ['draft', ...versions.map(({ number }) => number)];
  const against = before && after ? (before.which === shown ? after.which : before.which) : null;
  // One that is on no page that was loaded yet can be chosen as well.
  if (against !== null && !others.includes(against)) others.push(against);
  return (
    <div className="px-5 py-4">
      <button type="button" onClick={back} className="flex items-center gap-1.5 text-muted hover:text-ink">
        <ArrowLeft size={14} strokeWidth={1.75} aria-hidden />
        {t('all')}
      </button>
      <h2 className="mt-2 text-lg font-semibold">{nameOf(shown)}</h2>
      {version ? (
        <p className="text-xs text-muted">
          <RelativeTime at={version.publishedAt} />
          {version.publishedBy ? ` · ${editorWords(version.publishedBy, t('apiKey'))}` : ''} ·{' '}
          {t('people', { people: version.people })}
        </p>
      ) : null}
      {version?.note ? <p className="mt-2 break-words">{version.note}</p> : null}
      {after?.graph && !before ? <p className="mt-2 text-muted">{graphWords(size, after.graph)}</p> : null}
      {editable && typeof shown === 'number' ? (
        <RestoreVersion number={shown} icon={<RotateCcw size={14} strokeWidth={1.75} aria-hidden />} />
      ) : null}
      <label className="mt-4 block">
        <span className="mb-1 block font-medium">{t('compareWith')}</span>
        <Select
          aria-label={t('compareWith')}
          className="w-full"
          value={against === null ? 'none' : String(against)}
          options={[
            { value: 'none', label: t('nothing') },
            ...others.filter((each) => each !== shown).map((each) => ({ value: String(each), label: nameOf(each) })),
          ]}
          onChange={(value) =>
            showVersions({ shown, against: value === 'none' ? null : value === 'draft' ? 'draft' : Number(value) })
          }
        />
      </label>
      {before && after ? <Difference before={before} after={after} nameOf={nameOf} /> : null}
    </div>
  );
}

type Side = NonNullable<ReturnType<typeof useVersionView>['after']>;
const marks: readonly Mark[] = ['added', 'removed', 'changed', 'rewired'];

function Difference({ before, after, nameOf }: { before: Side; after: Side; nameOf: (which: Shown) => string }) {
  const t = useTranslations('editor-compare');
  const store = useEditorStore();
  if (!before.graph || !after.graph) return <ListSkeleton rows={3} className="py-4" />;
  const count = countChanges(compareGraphs({ before: before.graph, after: after.graph }));
  return (
    <section aria-label={t('changes')} className="mt-4">
      <h3>{t('versions.fromTo', { before: nameOf(before.which), after: nameOf(after.which) })}</h3>
      {count === 0 ? (
        <p className="mt-1 text-muted">{t('versions.same')}</p>
      ) : (
        <>
          <ul className="my-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted" aria-label={t('versions.legend')}>
            {marks.map((mark) => (
              <li key={mark} className="flex items-center gap-1.5">
                {markIcons[mark]}
                {t(`mark.${mark}`)}
              </li>
            ))}
          </ul>
          <ChangeList
            before={before.graph}
            after={after.graph}
            onGo={(id) => {
              selectNodes({ store, ids: [id] });
              revealNodes({ store, ids: [id] });
            }}
          />
        </>
      )}
    </section>
  );
}

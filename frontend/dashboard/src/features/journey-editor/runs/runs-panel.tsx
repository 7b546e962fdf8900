'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { Graph } from '@wend/contract';
import { SearchX, Users, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useDebounced } from '@/lib/use-debounced';
import { outcomeWords } from '@/features/messages/reasons';
import { WhyBox } from '@/features/ways-in/why-box';
import { portLabelOf } from '../replay/replay-model';
import { useEditor } from '../store/editor-context';
import { onSearchWish } from './search-wish';
import { useRuns } from './run-queries';
import { RunRow } from './run-row';
import { everyRun, openRuns, useRunUrl } from './run-url';
import type { RunFilter, RunStatus } from './run-url';

const anyValue = 'any';
const statuses: readonly RunStatus[] = ['running', 'completed', 'exited', 'failed', 'cancelled'];

/** Runs of a journey: find a person, narrow down to a node or a state, open one in Replay. */
export function RunsPanel({ journeyId, graph }: { journeyId: string; graph: Graph }) {
  const t = useTranslations('editor-runs.runsPanel');
  const { filter } = useRunUrl();
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed.trim());
  const frame = useRef<HTMLElement>(null);
  useEffect(() => onSearchWish(() => frame.current?.querySelector('input')?.focus()), []);
  return (
    <section ref={frame} aria-label={t('runs')} className="flex flex-col gap-3 px-5 py-4">
      <div>
        <h2 className="text-md">{t('findPerson')}</h2>
        <p className="text-xs text-muted">{t('hint')}</p>
      </div>
      <SearchInput
        aria-label={t('searchPlaceholder')}
        placeholder={t('searchPlaceholder')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Filters filter={filter} graph={graph} />
      <Narrowed filter={filter} graph={graph} />
      <Found journeyId={journeyId} graph={graph} filter={filter} search={search} clear={() => setTyped('')} />
      {filter.origin === 'people' ? <WhyBox journeyId={journeyId} /> : null}
    </section>
  );
}

function Filters({ filter, graph }: { filter: RunFilter; graph: Graph }) {
  const badge = useTranslations('common.statusBadge');
  const t = useTranslations('editor-runs.runsPanel');
  const nodes = Object.values(graph.nodes)
    .map((node) => ({ value: node.id, label: node.name || node.id }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const goals = (graph.settings.goals ?? []).map(({ id, name }) => ({ value: id, label: t('reached', { name }) }));
  const known = filter.node === null || nodes.some((node) => node.value === filter.node);
  return (
    <div className="grid grid-cols-2 gap-2">
      <Segmented
        label={t('origin')}
        className="col-span-2 [&>*]:flex-1"
        value={filter.origin}
        onChange={(origin) => openRuns({ ...filter, origin })}
        options={[
          { value: 'people', label: t('people') },
          { value: 'test', label: t('testRuns') },
        ]}
      />
      <Select
        aria-label={t('step')}
        value={filter.node ?? anyValue}
        onChange={(node) =>
          openRuns({
            ...filter,
            node: node === anyValue ? null : node,
            ever: node !== anyValue && filter.ever,
            port: null,
            outcome: null,
            reason: null,
          })
        }
        options={[
          { value: anyValue, label: t('anyStep') },
          ...nodes,
          ...(known || !filter.node ? [] : [{ value: filter.node, label: filter.node }]),
        ]}
      />
      <Select
        aria-label={t('status')}
        value={filter.status ?? anyValue}
        onChange={(status) => openRuns({ ...filter, status: status === anyValue ? null : status })}
        options={[
          { value: anyValue, label: t('anyStatus') },
          ...statuses.map((value) => ({ value, label: badge(`run.${value}`) })),
        ]}
      />
      {goals.length > 0 || filter.goal ? (
        <Select
          aria-label={t('goal')}
          className="col-span-2"
          value={filter.goal ?? anyValue}
          onChange={(goal) => openRuns({ ...filter, goal: goal === anyValue ? null : goal })}
          options={[
            { value: anyValue, label: t('anyGoal') },
            ...goals,
            ...(filter.goal && !goals.some(({ value }) => value === filter.goal)
              ? [{ value: filter.goal, label: t('removedGoal') }]
              : []),
          ]}
        />
      ) : null}
      {filter.node ? (
        <Segmented
          label={t('when')}
          className="col-span-2 [&>*]:flex-1"
          value={filter.ever ? 'ever' : 'now'}
          onChange={(when) => openRuns({ ...filter, ever: when === 'ever', port: null, outcome: null, reason: null })}
          options={[
            { value: 'now', label: t('here') },
            { value: 'ever', label: t('ever') },
          ]}
        />
      ) : null}
    </div>
  );
}

/** What the list is narrowed to beyond its fields, each to be taken off. */
function Narrowed({ filter, graph }: { filter: RunFilter; graph: Graph }) {
  const t = useTranslations('editor-runs.runsPanel');
  const reasons = useTranslations('messages.reasons');
  const ports = useTranslations('editor-runs.ports');
  const leftWords = (way: Parameters<typeof portLabelOf>[1]) => {
    const label = portLabelOf(ports, way);
    return label === ports('queued') ? label : t('left', { label });
  };
  const manifests = useEditor((state) => state.manifestMap);
  const { node, port, outcome, reason, version } = filter;
  const notes = [
    ...(outcome
      ? [
          {
            key: 'outcome',
            words: outcomeWords(reasons, { outcome, reason }),
            without: { outcome: null, reason: null },
          },
        ]
      : []),
    ...(port && node
      ? [
          {
            key: 'port',
            words: leftWords({ node: graph.nodes[node], port, manifests }),
            without: { port: null },
          },
        ]
      : []),
    ...(version ? [{ key: 'version', words: t('version', { version }), without: { version: null } }] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <ul aria-label={t('narrowed')} className="flex flex-wrap gap-1.5">
      {notes.map(({ key, words, without }) => (
        <li key={key}>
          <button
            type="button"
            title={t('removeFilter')}
            onClick={() => openRuns({ ...filter, ...without })}
            className="inline-flex h-6 max-w-full items-center gap-1.5 rounded-full border border-line bg-raised pr-1.5 pl-2.5 text-xs font-medium hover:border-accent"
          >
            <span className="truncate">{words}</span>
            <X size={12} aria-hidden />
            <span className="sr-only">{t('removeFilterSuffix')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

type FoundProps = {
  journeyId: string;
  graph: Graph;
  filter: RunFilter;
  search: string;
  clear: () => void;
};

function Found({ journeyId, graph, filter, search, clear }: FoundProps) {
  const t = useTranslations('editor-runs.runsPanel');
  const runs = useRuns({ journeyId, filter, search });
  if (runs.isPending) return <ListSkeleton rows={5} className="-mx-4" />;
  if (runs.isError) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} title={t('failed')} />;
  const items = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Nothing filter={filter} search={search} clear={clear} />;
  return (
    <>
      <ul
        aria-label={t('runs')}
        aria-busy={runs.isPlaceholderData}
        className={runs.isPlaceholderData ? 'opacity-60' : undefined}
      >
        {items.map((run) => (
          <RunRow key={run.id} run={run} nodeName={run.node === null ? null : (graph.nodes[run.node]?.name ?? null)} />
        ))}
      </ul>
      {runs.hasNextPage ? (
        <Button onClick={() => void runs.fetchNextPage()} busy={runs.isFetchingNextPage}>
          {t('loadMore')}
        </Button>
      ) : null}
    </>
  );
}

function Nothing({ filter, search, clear }: { filter: RunFilter; search: string; clear: () => void }) {
  const t = useTranslations('editor-runs.runsPanel');
  const { node, status, version, goal } = filter;
  const narrowed = search !== '' || [node, status, version, goal].some((each) => each !== null);
  if (narrowed) {
    return (
      <EmptyState
        className="px-0 py-8"
        icon={<SearchX size={20} strokeWidth={1.75} />}
        title={t('noMatch')}
        actions={
          <Button
            onClick={() => {
              clear();
              openRuns({ ...everyRun, origin: filter.origin });
            }}
          >
            {t('clearFilters')}
          </Button>
        }
      >
        {search ? t('noMatchSearch', { search }) : t('noMatchFilters')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      className="px-0 py-8"
      icon={<Users size={20} strokeWidth={1.75} />}
      title={filter.origin === 'test' ? t('noTestRunsYet') : t('noRunsYet')}
    >
      {filter.origin === 'test' ? t('noTestRunsDetail') : t('noRunsDetail')}
    </EmptyState>
  );
}

'use client';

import { useEffect, useRef, useState } from 'react';
import type { Graph } from '@wend/contract';
import { SearchX, Users } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { onSearchWish } from './search-wish';
import { useDebounced } from './use-debounced';
import { useRuns } from './run-queries';
import { RunRow } from './run-row';
import { everyRun, openRuns, useRunUrl } from './run-url';
import type { RunFilter, RunStatus } from './run-url';

const anyValue = 'any';
const statusOptions: { value: RunStatus | typeof anyValue; label: string }[] = [
  { value: anyValue, label: 'Any state' }, { value: 'running', label: 'In progress' }, { value: 'completed', label: 'Completed' },
  { value: 'exited', label: 'Exited' }, { value: 'failed', label: 'Failed' }, { value: 'cancelled', label: 'Cancelled' },
];

/** Runs of a journey: find a person, narrow down to a node or a state, open one in Replay. */
export function RunsPanel({ journeyId, graph }: { journeyId: string; graph: Graph }) {
  const { filter } = useRunUrl();
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed.trim());
  const frame = useRef<HTMLElement>(null);
  useEffect(() => onSearchWish(() => frame.current?.querySelector('input')?.focus()), []);
  return (
    <section ref={frame} aria-label="Runs" className="flex flex-col gap-3 px-5 py-4">
      <div>
        <h2 className="text-md">Find a person</h2>
        <p className="text-xs text-muted">Choose a run to see each turn that it took, and why.</p>
      </div>
      <SearchInput aria-label="Name, e-mail or id" placeholder="Name, e-mail or id" value={typed} onChange={(event) => setTyped(event.target.value)} />
      <Filters filter={filter} graph={graph} />
      <Found journeyId={journeyId} graph={graph} filter={filter} search={search} clear={() => setTyped('')} />
    </section>
  );
}

function Filters({ filter, graph }: { filter: RunFilter; graph: Graph }) {
  const nodes = Object.values(graph.nodes).map((node) => ({ value: node.id, label: node.name || node.id })).sort((a, b) => a.label.localeCompare(b.label));
  const known = filter.node === null || nodes.some((node) => node.value === filter.node);
  return (
    <div className="grid grid-cols-2 gap-2">
      <Segmented label="Whose runs" className="col-span-2 [&>*]:flex-1" value={filter.origin} onChange={(origin) => openRuns({ ...filter, origin })} options={[{ value: 'people', label: 'People' }, { value: 'test', label: 'Test runs' }]} />
      <Select aria-label="Node" value={filter.node ?? anyValue} onChange={(node) => openRuns({ ...filter, node: node === anyValue ? null : node, ever: node !== anyValue && filter.ever })} options={[{ value: anyValue, label: 'Any node' }, ...nodes, ...(known || !filter.node ? [] : [{ value: filter.node, label: filter.node }])]} />
      <Select aria-label="State" value={filter.status ?? anyValue} onChange={(status) => openRuns({ ...filter, status: status === anyValue ? null : status })} options={statusOptions} />
      {filter.node ? <Segmented label="When they were there" className="col-span-2 [&>*]:flex-1" value={filter.ever ? 'ever' : 'now'} onChange={(when) => openRuns({ ...filter, ever: when === 'ever' })} options={[{ value: 'now', label: 'There now' }, { value: 'ever', label: 'Ever came there' }]} /> : null}
    </div>
  );
}

function Found({ journeyId, graph, filter, search, clear }: { journeyId: string; graph: Graph; filter: RunFilter; search: string; clear: () => void }) {
  const runs = useRuns({ journeyId, filter, search });
  if (runs.isPending) return <ListSkeleton rows={5} className="-mx-4" />;
  if (runs.isError) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} title="The runs could not be loaded" />;
  const items = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Nothing filter={filter} search={search} clear={clear} />;
  return (
    <>
      <ul aria-label="Runs" aria-busy={runs.isPlaceholderData} className={runs.isPlaceholderData ? 'opacity-60' : undefined}>
        {items.map((run) => <RunRow key={run.id} run={run} nodeName={run.node === null ? null : (graph.nodes[run.node]?.name ?? null)} />)}
      </ul>
      {runs.hasNextPage ? <Button onClick={() => void runs.fetchNextPage()} busy={runs.isFetchingNextPage}>Show more</Button> : null}
    </>
  );
}

function Nothing({ filter, search, clear }: { filter: RunFilter; search: string; clear: () => void }) {
  const narrowed = search !== '' || filter.node !== null || filter.status !== null;
  if (narrowed) {
    return (
      <EmptyState className="px-0 py-8" icon={<SearchX size={20} strokeWidth={1.75} />} title="Nobody matches" actions={<Button onClick={() => { clear(); openRuns({ ...everyRun, origin: filter.origin }); }}>Show all runs</Button>}>
        {search ? `No run of this journey belongs to “${search}” with these filters.` : 'No run matches these filters.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState className="px-0 py-8" icon={<Users size={20} strokeWidth={1.75} />} title={filter.origin === 'test' ? 'No test runs yet' : 'No runs yet'}>
      {filter.origin === 'test' ? 'Start one with “Test run”: nothing is sent to anybody, and time passes as fast as you like.' : 'When somebody enters the journey their run is listed here. “Test run” shows how one would go.'}
    </EmptyState>
  );
}

'use client';

import { manifestOf, portsOf } from '@wend/contract/plain';
import type { Graph, GraphNode, NodeFigures, NodeManifest } from '@wend/contract';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { ListSkeleton } from '@/components/ui/states';
import { NodeIcon } from '../node-types/node-icon';
import { useEditor } from '../store/editor-context';
import { useFewRuns } from '../runs/run-queries';
import { RunRow } from '../runs/run-row';
import { everyRun, openRuns } from '../runs/run-url';
import { formatCount, formatDuration, formatShare } from '../runs/format';
import { Figure, PanelPart, ShareBar } from './live-parts';
import type { Part } from './live-parts';

/** One node: who is there now, how long they stay, where they go, what became of its messages. */
export function LiveNode({ journeyId, node, graph, figures }: { journeyId: string; node: GraphNode; graph: Graph; figures: NodeFigures | undefined }) {
  const manifest = useEditor((state) => manifestOf(state.manifestMap, node)) ?? null;
  const parts = useMemo(() => portParts({ node, manifest, figures }), [node, manifest, figures]);
  const waiting = figures?.waiting ?? 0;
  return (
    <div className="flex flex-col gap-4 px-5 py-4">
      <header className="flex items-center gap-3">
        <NodeIcon manifest={manifest} />
        <div className="min-w-0">
          <h2 className="truncate text-md">{node.name || manifest?.title}</h2>
          <p className="text-xs text-muted tabular-nums">{hereWords({ waiting, figures, blocks: manifest?.blocks ?? false })}</p>
        </div>
      </header>
      {figures?.messages ? <Messages messages={figures.messages} /> : null}
      {parts.length > 1 ? <PanelPart title="Where they go"><ShareBar parts={parts} /></PanelPart> : null}
      <PanelPart title="Passing through">
        <div className="grid grid-cols-2 gap-2">
          <Figure value={formatCount(figures?.entered ?? 0)} label="came here" onOpen={figures && figures.entered > 0 ? () => openRuns({ ...everyRun, node: node.id, ever: true }) : undefined} />
          {manifest?.blocks && figures?.medianSeconds != null
            ? <Figure value={formatDuration(figures.medianSeconds)} label="half stay no longer" />
            : <Figure value={formatCount(figures?.left ?? 0)} label="went on" />}
        </div>
      </PanelPart>
      {manifest?.blocks || waiting > 0 ? <WaitingNow journeyId={journeyId} node={node} graph={graph} waiting={waiting} /> : null}
    </div>
  );
}

function hereWords({ waiting, figures, blocks }: { waiting: number; figures: NodeFigures | undefined; blocks: boolean }): string {
  if (waiting > 0) return waiting === 1 ? '1 person is here now' : `${formatCount(waiting)} people are here now`;
  if (!figures || figures.entered === 0) return 'Nobody has come here yet';
  return blocks ? 'Nobody is here now' : `${formatCount(figures.entered)} passed through`;
}

function portParts({ node, manifest, figures }: { node: GraphNode; manifest: NodeManifest | null; figures: NodeFigures | undefined }): Part[] {
  const known = manifest ? portsOf(manifest, node.config) : [];
  const counts = figures?.ports ?? {};
  // A run may have left by a port that this configuration no longer names, such as `error`.
  const others = Object.keys(counts).filter((port) => !known.some((each) => each.id === port)).map((id) => ({ id, label: id === 'error' ? 'Error' : id }));
  return [...known, ...others].map(({ id, label }) => ({ id, label, count: counts[id] ?? 0 }));
}

function Messages({ messages }: { messages: NonNullable<NodeFigures['messages']> }) {
  // `queued` counts all that were ever queued: what is neither sent nor failed is on its way or was held back.
  const open = Math.max(0, messages.queued - messages.sent - messages.failed);
  const rows = [
    { label: 'Sent', count: messages.sent, of: messages.sent }, { label: 'Delivered', count: messages.delivered, of: messages.sent },
    { label: 'Opened', count: messages.opened, of: messages.sent }, { label: 'Clicked', count: messages.clicked, of: messages.sent },
  ];
  return (
    <PanelPart title="What became of them">
      <table className="w-full tabular-nums" aria-label="Messages of this node">
        <tbody>
          {rows.map(({ label, count, of }) => (
            <tr key={label}>
              <th scope="row" className="w-20 py-1 text-left font-normal">{label}</th>
              <td><span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-canvas"><span className="block h-full rounded-full bg-message" style={{ width: of > 0 ? `${Math.min(100, (count / of) * 100)}%` : 0 }} /></span></td>
              <td className="w-14 pl-2 text-right">{formatCount(count)}</td>
              <td className="w-13 pl-2 text-right text-muted">{of > 0 ? formatShare(count / of) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {open > 0 ? <p className="mt-1 text-xs text-muted">{formatCount(open)} of {formatCount(messages.queued)} not sent: still to come, or held back by the rules of sending.</p> : null}
      {messages.failed > 0 ? <p className="mt-1 text-xs text-bad">{formatCount(messages.failed)} could not be delivered.</p> : null}
    </PanelPart>
  );
}

function WaitingNow({ journeyId, node, graph, waiting }: { journeyId: string; node: GraphNode; graph: Graph; waiting: number }) {
  const runs = useFewRuns({ journeyId, node: node.id, status: 'running', limit: 5 });
  if (waiting === 0) return <PanelPart title="Waiting now"><p className="text-muted">Nobody waits here.</p></PanelPart>;
  return (
    <PanelPart title="Waiting now">
      {runs.data ? <ul>{runs.data.items.map((run) => <RunRow key={run.id} run={run} nodeName={graph.nodes[run.node ?? '']?.id === node.id ? null : (graph.nodes[run.node ?? '']?.name ?? null)} badge={false} />)}</ul>
        : runs.isError ? <p className="text-bad">The people could not be loaded.</p> : <ListSkeleton rows={3} className="-mx-4" />}
      <Button variant="link" className="mt-1.5" onClick={() => openRuns({ ...everyRun, node: node.id })}>{waiting === 1 ? 'Show this person' : `All ${formatCount(waiting)} people`}</Button>
    </PanelPart>
  );
}

'use client';

import { useEditor } from '../store/editor-context';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { ArrowLeft, LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { messageEventLabel, RunStatusBadge } from '@/components/ui/status-badge';
import { PanelPart } from '../live/live-parts';
import { formatTime } from '../runs/format';
import { openRuns, useRunUrl } from '../runs/run-url';
import { RunsPanel } from '../runs/runs-panel';
import { EndRun } from './end-run';
import { InputsView } from './inputs-view';
import { ProofView } from './proof-view';
import { useReplay } from './use-replay';
import type { ReplayView } from './use-replay';
import { WhatTheyGot } from './what-they-got';
import { whyIgnored, whyOf } from './why';
import type { Why } from './why';
import { WhyList } from './why-list';

/** Right of the canvas: choose a run; then why each turn was taken, what the person got, and the proof. */
export function ReplayPanel({ journeyId }: { journeyId: string }) {
  const draft = useEditor((state) => state.graph);
  const { run, query, view } = useReplay();
  if (run === null) return <RunsPanel journeyId={journeyId} graph={draft} />;
  if (query.isError && !query.data) return <><BackToRuns /><ErrorState error={query.error} onRetry={() => void query.refetch()} title="The run could not be loaded" /></>;
  if (query.isPending) return <ListSkeleton rows={4} className="py-4" />;
  if (!view) return <><BackToRuns /><EmptyState icon={<LoaderCircle size={20} className="animate-spin" />} title="The run is being started">Its first step appears here in a moment.</EmptyState></>;
  return <RunView view={view} />;
}

function BackToRuns() {
  const { filter } = useRunUrl();
  return <div className="px-5 pt-4"><Button variant="link" icon={<ArrowLeft size={14} strokeWidth={1.75} />} onClick={() => openRuns(filter)}>All runs</Button></div>;
}

function RunView({ view }: { view: ReplayView }) {
  const { detail, replay, visit, moment, zone } = view;
  const messages = moment.kind === 'message' ? [moment.message] : visit.messages;
  return (
    <>
      <BackToRuns />
      <div className="flex flex-col gap-4 px-5 pt-3 pb-5">
        <Person view={view} />
        <PanelPart title={whyFor(view).title}>
          <div className="rounded-lg border border-line bg-raised p-3"><WhyList rows={whyFor(view).rows} /></div>
          <NotOnPath view={view} />
        </PanelPart>
        {messages.length > 0 ? (
          <PanelPart title="What they got"><div className="space-y-4">{messages.map((message) => <WhatTheyGot key={message.id} message={message} zone={zone} />)}</div></PanelPart>
        ) : null}
        {visit.ignoredEvents.length > 0 && moment.kind !== 'ignored' ? (
          <PanelPart title="Happened meanwhile and did not count">
            <ul className="space-y-1 text-xs text-muted tabular-nums">{visit.ignoredEvents.slice(-6).map((each) => <li key={each.event.id}><span className="font-medium text-ink">{each.event.name}</span> {formatTime(each.at, { style: 'day-seconds', zone })}</li>)}</ul>
          </PanelPart>
        ) : null}
        {moment.kind === 'visit' && moment.inputs.length > 0 ? <InputsView inputs={moment.inputs} zone={zone} /> : null}
        <PanelPart title="Proof">
          <ProofView proof={replay.proof} programHash={detail.programHash} />
          <p className="mt-1.5 truncate font-mono text-2xs text-muted" title={`Temporal workflow ${detail.workflowId}`}>{detail.workflowId}</p>
        </PanelPart>
        {detail.endedAt === null ? <EndRun run={detail.id} name={detail.profile.name} /> : null}
      </div>
    </>
  );
}

function whyFor({ detail, manifests, moment, visit, zone }: ReplayView): Why {
  if (moment.kind === 'ignored') return whyIgnored({ ignored: moment.ignored, detail, manifests });
  if (moment.kind === 'end') return { title: 'Why the run ended', rows: endRows({ detail, visit, manifests, zone, reason: moment.reason }) };
  if (moment.kind === 'message') return { title: `Its message was ${messageEventLabel(moment.state).toLowerCase()}`, rows: [{ result: 'info', text: moment.title, seen: `${formatTime(moment.at, { style: 'date-seconds', zone })}${moment.message.provider ? ` · said by ${moment.message.provider}` : ''}` }] };
  return whyOf({ moment: visit, detail, manifests, zone });
}

function endRows({ detail, visit, manifests, zone, reason }: Pick<ReplayView, 'detail' | 'visit' | 'manifests' | 'zone'> & { reason: string | null }): Why['rows'] {
  if (visit.trace?.kind === 'exit' || detail.status === 'failed') return [...whyOf({ moment: visit, detail, manifests, zone }).rows, { result: 'info', text: reason ?? 'No reason was recorded' }];
  return [{ result: 'info', text: reason ?? 'No reason was recorded', ...(visit.portLabel ? { seen: `nothing follows “${visit.portLabel}” of “${visit.title}”` } : {}) }];
}

/** A card that the run never came to can be selected too. */
function NotOnPath({ view }: { view: ReplayView }) {
  const selected = useEditor((state) => (state.selection.nodes.length === 1 ? state.selection.nodes[0] : undefined));
  const node = selected === undefined ? undefined : view.detail.graph.nodes[selected];
  if (!node || view.replay.path.some((each) => each.node === selected)) return null;
  return <p className="mt-2 text-xs text-muted">This run did not come to “{node.name}”.</p>;
}

function Person({ view: { detail, zone } }: { view: ReplayView }) {
  const { profile, origin } = detail;
  const version = origin === 'test' ? 'Draft' : `Version ${detail.version}`;
  return (
    <header className="flex items-center gap-3">
      <Avatar name={profile.name} size="lg" />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 className="truncate text-md"><Link href={`/profiles/${profile.id}`} className="hover:underline">{profile.name}</Link></h2>
          {origin === 'test' ? <Badge tone="decision">Test run</Badge> : <RunStatusBadge status={detail.status} />}
          {detail.held ? <Badge tone="warn">Held</Badge> : null}
        </div>
        <p className="text-xs text-muted tabular-nums" title={formatTime(detail.enteredAt, { style: 'exact' })}>
          {`${version} · entered ${formatTime(detail.enteredAt, { style: 'date', zone })}${zone ? ` · ${zone}` : ''}`}
        </p>
      </div>
    </header>
  );
}

'use client';

import { manifestOf, outermost, portsOf, undoPort } from '@wend/contract/plain';
import type { Graph, GraphNode, LiveFigures, MessageOutcome, NodeFigures, NodeManifest } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { ListSkeleton } from '@/components/ui/states';
import { useFailingWords } from '@/features/messages/failing-words';
import { reasonLabel, ruleLabel } from '@/features/messages/reasons';
import type { Translator } from '@/i18n/translator';
import { NodeIcon } from '../node-types/node-icon';
import { ScheduleTimes } from '../panel/schedule-times';
import { useEditor } from '../store/editor-context';
import { useFewRuns } from '../runs/run-queries';
import { RunRow } from '../runs/run-row';
import { everyRun, openRuns } from '../runs/run-url';
import { formatCount, formatDuration, formatShare } from '../runs/format';
import { heldBack, stillQueued } from './live-figures';
import { Door, Figure, PanelPart, ShareBar } from './live-parts';
import type { Part } from './live-parts';
import { StepsInside } from './steps-inside';

type LiveNodeProps = {
  journeyId: string;
  node: GraphNode;
  graph: Graph;
  figures: NodeFigures | undefined;
  /** Of all steps. */
  all: LiveFigures['nodes'];
  version: number | null;
};

/** One node: who is there now, how long they stay, where they go, what became of its messages. */
export function LiveNode({ journeyId, node, graph, figures, all, version }: LiveNodeProps) {
  const t = useTranslations('editor-live.liveNode');
  const ports = useTranslations('editor-runs.ports');
  const manifest = useEditor((state) => manifestOf(state.manifestMap, node)) ?? null;
  const parts = useMemo(
    () => portParts(ports, { node, manifest, figures, version }),
    [ports, node, manifest, figures, version],
  );
  const came = { ...everyRun, node: node.id, ever: true, version };
  const waiting = figures?.waiting ?? 0;
  const hasInside = Object.keys(graph.nodes).some((id) => id !== node.id && outermost(id) === node.id);
  if (manifest?.note) return <NoteText node={node} manifest={manifest} />;
  return (
    <div className="flex flex-col gap-4 px-5 py-4">
      <header className="flex items-center gap-3">
        <NodeIcon manifest={manifest} />
        <div className="min-w-0">
          <h2 className="truncate text-md">{node.name || manifest?.title}</h2>
          <p className="text-xs text-muted tabular-nums">{hereWords(t, { waiting, figures, manifest })}</p>
        </div>
      </header>
      {manifest?.entry === 'schedule' && <ScheduleTimes journeyId={journeyId} node={node.id} />}
      {figures?.messages ? (
        <Messages
          journeyId={journeyId}
          messages={figures.messages}
          open={(outcome, reason) => openRuns({ ...came, outcome, reason: reason ?? null })}
          notReachable={figures.ports['notReachable'] ?? 0}
          onNotReachable={() => openRuns({ ...came, port: 'notReachable' })}
        />
      ) : null}
      {parts.length > 1 ? (
        <PanelPart title={t('paths')}>
          <ShareBar parts={parts} />
        </PanelPart>
      ) : null}
      <PanelPart title={t('traffic')}>
        <div className="grid grid-cols-2 gap-2">
          <Figure
            value={formatCount(figures?.entered ?? 0)}
            label={t('entered')}
            onOpen={figures && figures.entered > 0 ? () => openRuns(came) : undefined}
          />
          {manifest?.blocks && figures?.medianSeconds != null ? (
            <Figure value={formatDuration(figures.medianSeconds)} label={t('medianTime')} />
          ) : (
            <Figure
              value={formatCount(figures?.left ?? 0)}
              label={manifest?.category === 'exit' ? t('ended') : t('left')}
            />
          )}
        </div>
        {figures?.control ? (
          <p className="mt-2 text-xs text-muted tabular-nums">
            {t('control', { entered: figures.control.entered, waiting: figures.control.waiting })}
          </p>
        ) : null}
      </PanelPart>
      {hasInside ? (
        <StepsInside card={node.id} graph={graph} figures={all} version={version} />
      ) : manifest?.blocks || waiting > 0 ? (
        <WaitingNow journeyId={journeyId} node={node} graph={graph} waiting={waiting} version={version} />
      ) : null}
    </div>
  );
}

/** Nobody comes by a note: there is only its text. */
function NoteText({ node, manifest }: { node: GraphNode; manifest: NodeManifest }) {
  const text = typeof node.config['text'] === 'string' ? node.config['text'] : '';
  return (
    <div className="flex flex-col gap-4 px-5 py-4">
      <header className="flex items-center gap-3">
        <NodeIcon manifest={manifest} />
        <h2 className="min-w-0 truncate text-md">{node.name || manifest.title}</h2>
      </header>
      <p className="break-words whitespace-pre-wrap">{text}</p>
    </div>
  );
}

type HereWordsOptions = {
  waiting: number;
  figures: NodeFigures | undefined;
  manifest: NodeManifest | null;
};

function hereWords(t: Translator<'editor-live.liveNode'>, { waiting, figures, manifest }: HereWordsOptions): string {
  if (waiting > 0) return t('hereNow', { count: waiting });
  if (!figures || figures.entered === 0) return t('nobodyEver');
  if (manifest?.blocks) return t('nobodyNow');
  const count = figures.entered;
  return manifest?.category === 'exit' ? t('endedCount', { count }) : t('passedCount', { count });
}

type PortPartsOptions = {
  node: GraphNode;
  manifest: NodeManifest | null;
  figures: NodeFigures | undefined;
  version: number | null;
};

function portParts(t: Translator<'editor-runs.ports'>, { node, manifest, figures, version }: PortPartsOptions): Part[] {
  // Nobody goes on by what undoes a step.
  const known = manifest ? portsOf(manifest, node.config).filter(({ id }) => id !== undoPort.id) : [];
  const counts = figures?.ports ?? {};
  // A run may have left by a port that this configuration no longer names, such as `error`.
  const others = Object.keys(counts)
    .filter((port) => !known.some((each) => each.id === port))
    .map((id) => ({ id, label: id === 'error' ? t('error') : id }));
  return [...known, ...others].map(({ id, label }) => ({
    // People go on when their message is queued; whether it was sent is said above.
    id,
    label: manifest?.channel && id === 'queued' ? t('queued') : label,
    count: counts[id] ?? 0,
    onOpen: () => openRuns({ ...everyRun, node: node.id, ever: true, port: id, version }),
  }));
}

type OpenOutcome = (outcome: MessageOutcome, reason?: string) => void;

type MessagesProps = {
  journeyId: string;
  messages: NonNullable<NodeFigures['messages']>;
  open: OpenOutcome;
  notReachable: number;
  onNotReachable: () => void;
};

function Messages({ journeyId, messages, open, notReachable, onNotReachable }: MessagesProps) {
  const t = useTranslations('editor-live.liveNode');
  const reasons = useTranslations('messages.reasons');
  const rules = useTranslations('messages.rules');
  const failingWords = useFailingWords();
  const suppressed = Object.entries(messages.suppressed)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);
  const rows: { label: string; outcome: MessageOutcome; count: number }[] = [
    { label: t('sent'), outcome: 'sent', count: messages.sent },
    { label: t('delivered'), outcome: 'delivered', count: messages.delivered },
    { label: t('opened'), outcome: 'opened', count: messages.opened },
    { label: t('clicked'), outcome: 'clicked', count: messages.clicked },
  ];
  const others: { key: string; label: string; count: number; tone?: string; onOpen: () => void }[] = [
    {
      key: 'queued',
      label: t('queued'),
      count: Math.max(0, stillQueued(messages) - heldBack(messages)),
      onOpen: () => open('queued'),
    },
    ...Object.entries(messages.held).map(([rule, count]) => ({
      key: `held ${rule}`,
      label: t('held', { rule: ruleLabel(rules, rule).toLowerCase() }),
      count,
      tone: 'text-warn',
      onOpen: () => open('queued'),
    })),
    { key: 'failed', label: t('failed'), count: messages.failed, tone: 'text-bad', onOpen: () => open('failed') },
    {
      key: 'unknown',
      label: t('unknown'),
      count: messages.unknown,
      tone: 'text-warn',
      onOpen: () => open('unknown'),
    },
    ...suppressed.map(([reason, count]) => ({
      key: reason,
      label: t('notSent', { reason: reasonLabel(reasons, reason).toLowerCase() }),
      count,
      tone: 'text-warn',
      onOpen: () => open('suppressed', reason),
    })),
    { key: 'notReachable', label: t('notReachable'), count: notReachable, onOpen: onNotReachable },
  ].filter(({ count }) => count > 0);
  return (
    <PanelPart
      title={t('messages')}
      action={
        <Link href={`/journeys/${journeyId}/ledger`} className="text-xs text-accent hover:underline">
          {t('ledger')}
        </Link>
      }
    >
      <table className="w-full tabular-nums" aria-label={t('messagesOfStep')}>
        <tbody>
          {rows.map(({ label, outcome, count }) => (
            <tr key={label}>
              <th scope="row" className="w-20 py-1 text-left font-normal">
                {label}
              </th>
              <td>
                <span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-canvas">
                  <span
                    className="block h-full rounded-full bg-message"
                    style={{ width: messages.sent > 0 ? `${Math.min(100, (count / messages.sent) * 100)}%` : 0 }}
                  />
                </span>
              </td>
              <td className="w-14 pl-2 text-right">
                <Door count={count} onOpen={() => open(outcome)} />
              </td>
              <td className="w-13 pl-2 text-right text-muted">
                {messages.sent > 0 ? formatShare(count / messages.sent) : '–'}
              </td>
            </tr>
          ))}
          {others.map(({ key, label, count, tone, onOpen }) => (
            <tr key={key} className={tone}>
              <th scope="row" colSpan={2} className="py-1 text-left font-normal">
                {label}
              </th>
              <td className="w-14 pl-2 text-right">
                <Door count={count} onOpen={onOpen} />
              </td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      <MachineFigures messages={messages} />
      {messages.failing > 0 ? (
        <p role="note" className="mt-2 rounded-lg bg-bad-soft px-3 py-2 text-xs text-bad">
          {failingWords(messages.failing)}
        </p>
      ) : null}
    </PanelPart>
  );
}

/** What programs did, apart from people. */
function MachineFigures({ messages: { machineOpens, machineClicks } }: Pick<MessagesProps, 'messages'>) {
  const t = useTranslations('editor-live.liveNode');
  const words = [
    machineOpens > 0 ? t('machineOpens', { count: machineOpens }) : null,
    machineClicks > 0 ? t('machineClicks', { count: machineClicks }) : null,
  ].filter((each) => each !== null);
  if (words.length === 0) return null;
  return (
    <p className="mt-2 text-xs text-muted">
      {words.join(' · ')}
      <span className="block">{t('machineHint')}</span>
    </p>
  );
}

type WaitingNowProps = {
  journeyId: string;
  node: GraphNode;
  graph: Graph;
  waiting: number;
  version: number | null;
};

function WaitingNow({ journeyId, node, graph, waiting, version }: WaitingNowProps) {
  const t = useTranslations('editor-live.liveNode');
  const runs = useFewRuns({ journeyId, node: node.id, status: 'running', version, limit: 5 });
  if (waiting === 0)
    return (
      <PanelPart title={t('waitingNow')}>
        <p className="text-muted">{t('nobodyWaits')}</p>
      </PanelPart>
    );
  return (
    <PanelPart title={t('waitingNow')}>
      {runs.data ? (
        <ul>
          {runs.data.items.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              nodeName={
                graph.nodes[run.node ?? '']?.id === node.id ? null : (graph.nodes[run.node ?? '']?.name ?? null)
              }
              badge={false}
            />
          ))}
        </ul>
      ) : runs.isError ? (
        <p className="text-bad">{t('peopleFailed')}</p>
      ) : (
        <ListSkeleton rows={3} className="-mx-4" />
      )}
      <Button variant="link" className="mt-1.5" onClick={() => openRuns({ ...everyRun, node: node.id, version })}>
        {waiting === 1 ? t('showPerson') : t('showAll', { count: waiting })}
      </Button>
    </PanelPart>
  );
}

'use client';

import { manifestOf, outermost, stepOf, withInside } from '@wend/contract/plain';
import { usePublishedVersion } from '../shell/save-note';
import { useEditor } from '../store/editor-context';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { ArrowLeft, LoaderCircle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { RunStatusBadge } from '@/components/ui/status-badge';
import { PanelPart } from '../live/live-parts';
import { formatTime, hoverTime } from '../runs/format';
import { openRuns, useRunUrl } from '../runs/run-url';
import { ApprovalsOf } from '@/features/approvals/approvals-of';
import { reasonWords } from '@/features/messages/reasons';
import { WhyRun } from '@/features/messages/why-step';
import type { Translator } from '@/i18n/translator';
import { RunsPanel } from '../runs/runs-panel';
import { EndRun } from './end-run';
import { GoalHits } from './goal-hits';
import { InputsView } from './inputs-view';
import { ProofView } from './proof-view';
import { useReplay } from './use-replay';
import type { ReplayView } from './use-replay';
import { WhatTheyGot } from './what-they-got';
import { becameWords, messageRows, whyIgnored, whyLeft, whyOf } from './why';
import type { Why } from './why';
import { WhyList } from './why-list';

/** Right of the canvas: choose a run; then why each turn was taken, what the person got, and the proof. */
export function ReplayPanel({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-replay.replayPanel');
  const draft = useEditor((state) => state.graph);
  const published = usePublishedVersion().data;
  const { run, query, view } = useReplay();
  if (run === null)
    return <RunsPanel journeyId={journeyId} graph={withInside({ graph: draft, inside: published?.inside ?? {} })} />;
  if (query.isError && !query.data)
    return (
      <>
        <BackToRuns />
        <ErrorState error={query.error} onRetry={() => void query.refetch()} title={t('failed')} />
      </>
    );
  if (query.isPending) return <ListSkeleton rows={4} className="py-4" />;
  if (!view)
    return (
      <>
        <BackToRuns />
        <EmptyState icon={<LoaderCircle size={20} className="animate-spin" />} title={t('starting')}>
          {t('startingDetail')}
        </EmptyState>
      </>
    );
  return <RunView view={view} />;
}

function BackToRuns() {
  const t = useTranslations('editor-replay.replayPanel');
  const { filter } = useRunUrl();
  return (
    <div className="px-5 pt-4">
      <Button variant="link" icon={<ArrowLeft size={14} strokeWidth={1.75} />} onClick={() => openRuns(filter)}>
        {t('allRuns')}
      </Button>
    </div>
  );
}

function RunView({ view }: { view: ReplayView }) {
  const t = useTranslations('editor-replay.replayPanel');
  const { texts, detail, replay, visit, moment, their } = view;
  const why = whyFor(t, view);
  const messages = moment.kind === 'message' ? [moment.message] : visit.messages;
  return (
    <>
      <BackToRuns />
      <div className="flex flex-col gap-4 px-5 pt-3 pb-5">
        <Person view={view} />
        <GoalHits detail={detail} their={their} />
        <ApprovalsOf of={{ enrollmentId: detail.id }} />
        <PanelPart title={why.title}>
          <div className="rounded-lg border border-line bg-raised p-3">
            <WhyList rows={why.rows} />
          </div>
          <NotOnPath view={view} />
        </PanelPart>
        {messages.length > 0 ? (
          <PanelPart title={t('messages')}>
            <div className="space-y-4">
              {messages.map((message) => (
                <WhatTheyGot key={message.id} message={message} their={their} />
              ))}
            </div>
          </PanelPart>
        ) : moment.kind === 'visit' ? (
          <WhyNothing view={view} node={visit.node} />
        ) : null}
        {visit.ignoredEvents.length > 0 && moment.kind !== 'ignored' ? (
          <PanelPart title={t('ignored')}>
            <ul className="space-y-1 text-xs text-muted tabular-nums">
              {visit.ignoredEvents.slice(-6).map((each) => (
                <li key={each.event.id} title={hoverTime(texts.time, { at: each.at, their })}>
                  <span className="font-medium text-ink">{each.event.name}</span>{' '}
                  {formatTime(each.at, { style: 'day-seconds' })}
                </li>
              ))}
            </ul>
          </PanelPart>
        ) : null}
        {moment.kind === 'visit' && moment.inputs.length > 0 ? (
          <InputsView inputs={moment.inputs} their={their} />
        ) : null}
        <PanelPart title={t('verified')}>
          <ProofView proof={replay.proof} programHash={detail.programHash} />
          <p
            className="mt-1.5 truncate font-mono text-2xs text-muted"
            title={t('temporalWorkflow', { workflowId: detail.workflowId })}
          >
            {detail.workflowId}
          </p>
        </PanelPart>
        {detail.endedAt === null ? <EndRun run={detail.id} name={detail.profile.name} /> : null}
      </div>
    </>
  );
}

type Texts = Translator<'editor-replay.replayPanel'>;

function whyFor(t: Texts, { texts, detail, manifests, moment, visit, replay, zone, their }: ReplayView): Why {
  if (moment.kind === 'ignored') return whyIgnored({ texts, ignored: moment.ignored, detail, manifests, zone, their });
  if (moment.kind === 'left') return whyLeft({ ...moment, texts, zone, their });
  if (moment.kind === 'end') {
    // What came after the person left was undoing.
    const last = replay.path.findLast(({ undoing }) => !undoing) ?? visit;
    return {
      title: t('whyEnded'),
      rows: endRows(t, { texts, detail, visit: last, manifests, zone, their, reason: moment.reason }),
    };
  }
  const at = formatTime(moment.at, { style: 'date-seconds', zone });
  if (moment.kind === 'message')
    return {
      title: becameWords(texts, moment.state),
      rows: [
        {
          result: 'info',
          text: moment.title,
          seen: moment.message.provider ? t('saidBy', { at, provider: moment.message.provider }) : at,
          hover: hoverTime(texts.time, { at: moment.at, their }),
        },
        ...(moment.message.reason && moment.state === moment.message.status
          ? [{ result: 'info' as const, text: reasonWords(texts.reasons, moment.message.reason) }]
          : []),
      ],
    };
  return whyOf({ texts, moment: visit, detail, manifests, zone, their });
}

type EndRowsOptions = Pick<ReplayView, 'texts' | 'detail' | 'visit' | 'manifests' | 'zone' | 'their'> & {
  reason: string | null;
};

function endRows(t: Texts, { texts, detail, visit, manifests, zone, their, reason }: EndRowsOptions): Why['rows'] {
  if (visit.trace?.kind === 'exit' || detail.status === 'failed')
    return [
      ...whyOf({ texts, moment: visit, detail, manifests, zone, their }).rows,
      { result: 'info', text: reason ?? t('noReason') },
    ];
  return [
    {
      result: 'info',
      text: reason ?? t('noReason'),
      ...(visit.portLabel
        ? {
            seen:
              visit.portLabel === texts.ports('queued')
                ? t('nothingAfter', { step: visit.title })
                : t('nothingAfterPath', { path: visit.portLabel, step: visit.title }),
          }
        : {}),
    },
    ...messageRows(texts, visit),
  ];
}

/** A card that the run never came to can be selected too. */
function NotOnPath({ view }: { view: ReplayView }) {
  const t = useTranslations('editor-replay.replayPanel');
  const selected = useEditor((state) => (state.selection.nodes.length === 1 ? state.selection.nodes[0] : undefined));
  const node = selected === undefined ? undefined : view.detail.graph.nodes[selected];
  if (!node || view.replay.path.some((each) => outermost(each.node) === selected)) return null;
  return (
    <div className="mt-2">
      <p className="text-xs text-muted">{t('notOnPath', { name: node.name })}</p>
      <WhyNothing view={view} node={node.id} />
    </div>
  );
}

/** Of a step that sends messages and has sent none. */
function WhyNothing({ view: { detail, manifests }, node: id }: { view: ReplayView; node: string }) {
  const node = stepOf(detail, id);
  if (!node || !manifestOf(manifests, node)?.channel) return null;
  const { profile, journeyId } = detail;
  return <WhyRun person={profile} run={detail.id} step={{ journeyId, node: id, name: node.name }} />;
}

function Person({ view: { texts, detail, their } }: { view: ReplayView }) {
  const t = useTranslations('editor-replay.replayPanel');
  const { profile, origin, causedBy } = detail;
  const version = origin === 'test' ? t('draft') : t('version', { version: detail.version });
  return (
    <header className="flex items-center gap-3">
      <Avatar name={profile.name} size="lg" />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 className="truncate text-md">
            <Link href={`/profiles/${profile.id}`} className="hover:underline">
              {profile.name}
            </Link>
          </h2>
          {origin === 'test' ? (
            <Badge tone="decision">{t('testRun')}</Badge>
          ) : (
            <RunStatusBadge status={detail.status} />
          )}
          {detail.held ? <Badge tone="warn">{t('held')}</Badge> : null}
        </div>
        <p className="text-xs text-muted tabular-nums" title={hoverTime(texts.time, { at: detail.enteredAt, their })}>
          {t('entered', { version, at: formatTime(detail.enteredAt, { style: 'date' }) })}
        </p>
        {causedBy ? (
          <p className="text-xs break-words text-muted">
            {t.rich('causedBy', {
              name: causedBy.name,
              journey: causedBy.journeyName,
              run: (words) => (
                <Link
                  href={`/journeys/${causedBy.journeyId}?layer=replay&run=${causedBy.id}`}
                  className="text-accent hover:underline"
                >
                  {words}
                </Link>
              ),
            })}
          </p>
        ) : null}
      </div>
    </header>
  );
}

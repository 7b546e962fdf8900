'use client';

import { Handle, Position } from '@xyflow/react';
import type { NodeProps } from '@xyflow/react';
import { Plus, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo, useMemo } from 'react';
import { cx } from '@/lib/cx';
import { NodeIcon } from '../node-types/node-icon';
import { useEditor, useEditorStore } from '../store/editor-context';
import { noIssues } from '../store/editor-store';
import type { Layer } from '../store/editor-store';
import { sortIssues } from '../problems/sort-issues';
import { useCanvasLayer } from './canvas-layer';
import { useNodeDecoration } from './decoration';
import type { NodeDecoration } from './decoration';
import type { CardNode, OpenPort } from './derive';
import { stubGap, stubHeight } from './geometry';
import { summarise, summaryText } from './summary';

/** The one React Flow node type: a card. It subscribes to nothing but its own entries. */
export const JourneyCard = memo(function JourneyCard({ id, data, selected }: NodeProps<CardNode>) {
  const t = useTranslations('editor-canvas.journeyCard');
  const { node, manifest } = data;
  const layer = useCanvasLayer();
  const decoration = useNodeDecoration(id);
  const summary = useTranslations('editor-canvas.summary');
  const parts = useMemo(
    () => (manifest ? summarise(summary, { manifest, config: node.config }) : []),
    [summary, manifest, node.config],
  );
  const build = layer === 'build';
  if (manifest?.note) return <NotePaper id={id} data={data} selected={selected} />;
  return (
    <div
      title={summaryText(parts) || undefined}
      className={cx(
        'wend-card relative w-[236px] rounded-xl border bg-raised text-left',
        selected
          ? 'border-accent ring-2 ring-accent/25'
          : decoration?.state === 'active'
            ? 'border-accent'
            : 'border-line',
      )}
      data-state={decoration?.state}
      data-testid={`card-${id}`}
    >
      {!data.entry && (
        <Handle
          type="target"
          id="in"
          position={Position.Top}
          isConnectable={build}
          isConnectableStart={false}
          className="wend-target"
        />
      )}
      <div
        className={cx(
          'wend-card-body flex items-center gap-3 px-3',
          decoration?.footer === undefined ? 'h-[76px]' : 'h-[56px]',
        )}
      >
        <NodeIcon manifest={manifest} />
        <div className="wend-card-text min-w-0 flex-1">
          <div className="truncate text-md font-semibold text-ink">{node.name || manifest?.title || node.type}</div>
          <div className="truncate text-xs text-muted">
            {manifest ? (
              <Summary parts={parts} fallback={manifest.title} />
            ) : (
              <span className="text-bad">{t('notInstalled', { type: node.type, version: node.version })}</span>
            )}
          </div>
        </div>
      </div>
      {decoration?.footer !== undefined && (
        <div className="wend-card-body wend-card-footer mx-3 border-t border-line py-1.5 text-xs text-muted">
          {decoration.footer}
        </div>
      )}
      {build && <IssueBadge id={id} />}
      <PathBadge decoration={decoration} />
      {data.outgoing.map((port) => (
        <Handle
          key={port}
          type="source"
          id={port}
          position={Position.Bottom}
          isConnectable={false}
          className="wend-source"
        />
      ))}
      {data.open.map((port) => (
        <PortStub key={port.id} nodeId={id} port={port} layer={layer} />
      ))}
    </div>
  );
});

/** Paper that is only there to be read; as high as its text, up to a good dozen lines. */
function NotePaper({ id, data: { node, manifest }, selected }: Pick<NodeProps<CardNode>, 'id' | 'data' | 'selected'>) {
  const text = typeof node.config['text'] === 'string' ? node.config['text'] : '';
  return (
    <div
      className={cx(
        'wend-card relative w-[236px] rounded-md border bg-warn-soft px-3 py-2.5 text-left',
        selected ? 'border-accent ring-2 ring-accent/25' : 'border-line',
      )}
      data-testid={`card-${id}`}
    >
      <div className="wend-card-text">
        <div className="truncate text-xs font-semibold text-ink">{node.name || manifest?.title}</div>
        <p className="mt-1 line-clamp-[14] text-xs break-words whitespace-pre-wrap text-ink">{text}</p>
      </div>
      <IssueBadge id={id} />
    </div>
  );
}

function Summary({ parts, fallback }: { parts: ReturnType<typeof summarise>; fallback: string }) {
  if (parts.length === 0) return fallback;
  return parts.map((part, index) =>
    part.strong ? (
      <b key={index} className="font-semibold text-ink">
        {part.text}
      </b>
    ) : (
      <span key={index}>{part.text}</span>
    ),
  );
}

function IssueBadge({ id }: { id: string }) {
  const t = useTranslations('editor-canvas.journeyCard');
  const all = useEditor((state) => state.issuesByNode[id] ?? noIssues);
  const { errors, notes } = useMemo(() => sortIssues(all), [all]);
  const bad = errors.length > 0;
  const issues = bad ? errors : notes;
  if (issues.length === 0) return null;
  return (
    <span
      title={issues.map((issue) => issue.message).join('\n')}
      className={cx(
        'absolute -top-2.5 right-2.5 flex h-5 items-center gap-1 rounded-full border bg-raised px-2 text-2xs font-semibold',
        bad ? 'border-bad text-bad' : 'border-warn text-warn',
      )}
    >
      <TriangleAlert size={12} aria-hidden />
      <span className="tabular-nums">{issues.length}</span>
      <span className="sr-only">
        {bad ? t('problems', { count: issues.length }) : t('notes', { count: issues.length })}
      </span>
    </span>
  );
}

function PathBadge({ decoration }: { decoration: NodeDecoration | undefined }) {
  if (decoration?.badge === undefined) return null;
  return (
    <span className="absolute -top-2.5 -left-2.5 grid h-[22px] min-w-[22px] place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-on-accent tabular-nums">
      {decoration.badge}
    </span>
  );
}

/** A port that leads nowhere yet: click to add a node there, or drag a line from it. */
function PortStub({ nodeId, port, layer }: { nodeId: string; port: OpenPort; layer: Layer }) {
  const t = useTranslations('editor-canvas.journeyCard');
  const store = useEditorStore();
  const build = layer === 'build';
  const open = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    store.setState({
      picker: { x: box.left + box.width / 2, y: box.bottom + 4, target: { kind: 'port', nodeId, port: port.id } },
    });
  };
  return (
    <Handle
      type="source"
      id={port.id}
      position={Position.Bottom}
      isConnectable={build}
      isConnectableEnd={false}
      className="wend-stub"
      data-hidden={!build || undefined}
      style={{ left: port.stub.x, top: `calc(100% + ${stubGap}px)`, width: port.stub.width, height: stubHeight }}
    >
      {build && (
        <button
          type="button"
          tabIndex={-1}
          onClick={(event) => open(event.currentTarget)}
          aria-label={t('addAfter', { label: port.label })}
          title={
            port.follows === undefined ? t('stub', { label: port.label }) : t('stubFollows', { label: port.label })
          }
          className="flex size-full items-center gap-1 rounded-full border border-dashed border-control bg-raised px-2 text-2xs text-muted hover:border-accent hover:text-accent"
        >
          <span className="min-w-0 flex-1 truncate text-left">{port.label}</span>
          <Plus size={12} strokeWidth={2} aria-hidden className="shrink-0" />
        </button>
      )}
    </Handle>
  );
}

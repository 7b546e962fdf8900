'use client';

import { BaseEdge } from '@xyflow/react';
import type { EdgeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo, useMemo } from 'react';
import { createPortal } from 'react-dom';
import { cx } from '@/lib/cx';
import { useEditorStore } from '../store/editor-context';
import { useCanvasLayer, useLinkLabels } from './canvas-layer';
import { useEdgeDecoration } from './decoration';
import type { EdgeDecoration } from './decoration';
import type { LinkEdge } from './derive';
import type { Point } from './geometry';
import { linkShape } from './link-shape';

/** The one React Flow edge type: right angles, the port's words on it, and a button that puts a node in. */
export const JourneyLink = memo(function JourneyLink({ id, data, sourceX, sourceY, targetX, targetY, selected }: EdgeProps<LinkEdge>) {
  const decoration = useEdgeDecoration(id);
  const build = useCanvasLayer() === 'build';
  const labels = useLinkLabels();
  const labelShift = data?.labelShift ?? 0;
  const crowded = data?.crowded ?? false;
  const lane = data?.lane ?? null;
  const { path, label } = useMemo(
    () => linkShape({ source: { x: sourceX, y: sourceY }, target: { x: targetX, y: targetY }, labelShift, crowded, lane }),
    [sourceX, sourceY, targetX, targetY, labelShift, crowded, lane],
  );
  const words = [data?.label, decoration?.suffix].filter(Boolean).join(' · ');
  return (
    <>
      <BaseEdge
        id={id} path={path} interactionWidth={20}
        className={cx('wend-link', selected && 'wend-link-selected')} data-state={decoration?.state}
        style={decoration?.width === undefined ? undefined : { strokeWidth: decoration.width }}
      />
      {decoration?.pulse !== undefined && decoration.pulse > 0 && <circle key={decoration.pulse} r={4} className="wend-pulse" style={{ offsetPath: `path("${path}")` }} />}
      {labels && (build || words !== '') && createPortal(
        build
          ? <InsertButton id={id} at={label} words={words} name={data?.name ?? ''} selected={selected ?? false} />
          : <span className={pill(decoration)} style={placed(label)}>{words}</span>,
        labels,
      )}
    </>
  );
});

const pillShape = 'absolute flex h-[22px] items-center whitespace-nowrap rounded-full border bg-raised text-xs leading-none';

function pill(decoration: EdgeDecoration | undefined): string {
  return cx(pillShape, 'px-3.5 tabular-nums', decoration?.state === 'path' ? 'border-accent text-ink' : 'border-line text-muted');
}

function placed({ x, y }: Point) {
  return { transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` };
}

function InsertButton({ id, at, words, name, selected }: { id: string; at: Point; words: string; name: string; selected: boolean }) {
  const store = useEditorStore();
  const open = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    store.setState({ picker: { x: box.left + box.width / 2, y: box.bottom + 4, target: { kind: 'edge', edgeId: id } } });
  };
  return (
    <button
      type="button" tabIndex={selected ? 0 : -1} style={placed(at)} data-edge={id} aria-label={`Insert a node after “${name}”`} title={words ? `${words}: insert a node here` : 'Insert a node here'}
      className={cx(pillShape, 'wend-insert nopan group pointer-events-auto hover:border-accent hover:text-accent', selected ? 'border-accent text-accent' : words ? 'border-line text-muted' : 'border-line-strong text-muted', words ? 'px-3.5' : 'w-[22px] justify-center')}
      onClick={(event) => { event.stopPropagation(); open(event.currentTarget); }}
    >
      {words && <span className="max-w-44 truncate leading-[16px]">{words}</span>}
      <Plus size={12} strokeWidth={2.25} aria-hidden className={words ? 'absolute right-0.5 hidden group-hover:block group-focus-visible:block' : ''} />
    </button>
  );
}

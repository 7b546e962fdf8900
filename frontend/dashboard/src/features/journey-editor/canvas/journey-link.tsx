'use client';

import { BaseEdge } from '@xyflow/react';
import type { EdgeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { memo, useMemo } from 'react';
import { createPortal } from 'react-dom';
import { cx } from '@/lib/cx';
import { useEditorStore } from '../store/editor-context';
import { useCanvasLayer, useLinkLabels, useRoutes } from './canvas-layer';
import { useEdgeDecoration } from './decoration';
import type { EdgeDecoration } from './decoration';
import type { LinkEdge } from './derive';
import { linkShape } from './link-shape';
import { pillHeight } from './routing';
import type { Pill } from './routing';

/** The one React Flow edge type: right angles, the port's words on it, and a button that puts a node in. */
export const JourneyLink = memo(function JourneyLink({
  id,
  data,
  sourceX,
  sourceY,
  targetX,
  targetY,
  selected,
}: EdgeProps<LinkEdge>) {
  const decoration = useEdgeDecoration(id);
  const build = useCanvasLayer() === 'build';
  const labels = useLinkLabels();
  const routes = useRoutes();
  const { path, pill } = useMemo(
    () =>
      data
        ? linkShape({
            source: { x: sourceX, y: sourceY },
            target: { x: targetX, y: targetY },
            data,
            routes: routes.current,
          })
        : nowhere,
    [sourceX, sourceY, targetX, targetY, data, routes],
  );
  const words = data?.words ?? '';
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={20}
        className={cx('wend-link', data?.back && 'wend-link-back', selected && 'wend-link-selected')}
        data-state={decoration?.state}
        style={decoration?.width === undefined ? undefined : { strokeWidth: decoration.width }}
      />
      {decoration?.pulse !== undefined && decoration.pulse > 0 && (
        <circle key={decoration.pulse} r={4} className="wend-pulse" style={{ offsetPath: `path("${path}")` }} />
      )}
      {labels &&
        (build || words !== '') &&
        createPortal(
          build ? (
            <InsertButton id={id} at={pill} words={words} name={data?.name ?? ''} selected={selected ?? false} />
          ) : (
            <span className={pillLook(decoration)} style={placed(pill)} data-pill={id} title={words}>
              <span className="truncate">{words}</span>
            </span>
          ),
          labels,
        )}
    </>
  );
});

const pillShape =
  'absolute flex h-[22px] items-center whitespace-nowrap rounded-full border bg-raised text-xs leading-none';

function pillLook(decoration: EdgeDecoration | undefined): string {
  return cx(
    pillShape,
    'justify-center px-2 tabular-nums',
    decoration?.state === 'path' ? 'border-accent text-ink' : 'border-line text-muted',
  );
}

/** As wide as the layout of links has reckoned, so that no words lie on others'. */
function placed({ x, y, width }: Pill) {
  return { transform: `translate(${x - width / 2}px, ${y - pillHeight / 2}px)`, width };
}

const nowhere = { path: '', pill: { x: 0, y: 0, width: 0 } };

type InsertButtonProps = {
  id: string;
  at: Pill;
  words: string;
  name: string;
  selected: boolean;
};

function InsertButton({ id, at, words, name, selected }: InsertButtonProps) {
  const t = useTranslations('editor-canvas.journeyLink');
  const store = useEditorStore();
  const open = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    store.setState({
      picker: { x: box.left + box.width / 2, y: box.bottom + 4, target: { kind: 'edge', edgeId: id } },
    });
  };
  return (
    <button
      type="button"
      tabIndex={selected ? 0 : -1}
      style={placed(at)}
      data-edge={id}
      data-pill={id}
      aria-label={t('insertAfter', { name })}
      title={words ? t('insertNamed', { words }) : t('insert')}
      className={cx(
        pillShape,
        'wend-insert nopan group pointer-events-auto hover:border-accent hover:text-accent',
        selected ? 'border-accent text-accent' : words ? 'border-line text-muted' : 'border-line-strong text-muted',
        'justify-center',
        words && 'px-2',
      )}
      onClick={(event) => {
        event.stopPropagation();
        open(event.currentTarget);
      }}
    >
      {words && <span className="truncate leading-[16px]">{words}</span>}
      <Plus
        size={12}
        strokeWidth={2.25}
        aria-hidden
        className={words ? 'absolute right-0.5 hidden group-hover:block group-focus-visible:block' : ''}
      />
    </button>
  );
}

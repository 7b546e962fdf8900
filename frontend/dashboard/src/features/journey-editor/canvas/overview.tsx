'use client';

import { Panel, useReactFlow, useStore } from '@xyflow/react';
import type { Viewport } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { memo, useEffect, useMemo, useRef } from 'react';
import type { PointerEvent } from 'react';
import { categoryStyle } from '../node-types/categories';
import type { CardNode } from './derive';
import { areaAround, overviewBox, overviewShapes } from './overview-shapes';
import type { Box } from './overview-shapes';

const width = 136;
const height = 84;

/**
 * All cards in small, with the part that is in view: drag it to move the canvas, turn the wheel to zoom. React Flow's
 * own has a component with a subscription for each card, which is called at every step of a movement; here the cards
 * are one path per colour.
 */
export function Overview({ nodes }: { nodes: readonly CardNode[] }) {
  const t = useTranslations('editor-canvas.overview');
  const flow = useReactFlow();
  const [x, y, zoom] = useStore((state) => state.transform);
  const viewWidth = useStore((state) => state.width);
  const viewHeight = useStore((state) => state.height);
  const cards = useMemo(() => areaAround(nodes), [nodes]);
  const view = { x: -x / zoom, y: -y / zoom, width: viewWidth / zoom, height: viewHeight / zoom };
  const box = overviewBox({ cards, view, width, height });
  const frame = useRef<SVGSVGElement>(null);
  const from = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const element = frame.current;
    // React listens to wheels passively: the page would scroll, or zoom, as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      void flow.zoomTo(flow.getZoom() * 2 ** -(event.deltaY * wheelUnit(event)));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [flow]);
  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!from.current) return;
    const step = { x: event.clientX - from.current.x, y: event.clientY - from.current.y };
    from.current = { x: event.clientX, y: event.clientY };
    void flow.setViewport(movedView({ viewport: flow.getViewport(), step, scale: box.width / width }));
  };
  const onPointerEnd = () => {
    from.current = null;
  };
  return (
    <Panel position="bottom-right" className="wend-overview">
      <svg
        ref={frame}
        role="img"
        aria-label={t('overview')}
        width={width}
        height={height}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
      >
        <Cards nodes={nodes} />
        <path className="wend-overview-mask" fillRule="evenodd" d={`${rectangle(wider(box))}${rectangle(view)}`} />
      </svg>
    </Panel>
  );
}

const Cards = memo(function Cards({ nodes }: { nodes: readonly CardNode[] }) {
  return [...overviewShapes(nodes)].map(([category, path]) => (
    <path key={category} d={path} fill={colourOf(category)} />
  ));
});

function colourOf(category: keyof typeof categoryStyle | 'unknown'): string {
  return category === 'unknown'
    ? 'var(--color-bad)'
    : `color-mix(in srgb, ${categoryStyle[category].colour} 75%, var(--color-raised))`;
}

/**
 * Steps of a wheel come in pixels, lines or pages; doubling takes 500 pixels. Two fingers on a Mac come as a wheel with
 * small steps.
 */
function wheelUnit({ deltaMode, ctrlKey }: WheelEvent): number {
  return ([0.002, 0.05, 1][deltaMode] ?? 0.002) * (ctrlKey && navigator.userAgent.includes('Mac') ? 10 : 1);
}

type MovedViewOptions = {
  viewport: Viewport;
  step: { x: number; y: number };
  scale: number;
};

function movedView({ viewport, step, scale }: MovedViewOptions): Viewport {
  const { x, y, zoom } = viewport;
  return { x: x - step.x * scale * zoom, y: y - step.y * scale * zoom, zoom };
}

/** The mask's line lies outside of what is seen. */
function wider({ x, y, width, height }: Box): Box {
  return { x: x - width, y: y - height, width: width * 3, height: height * 3 };
}

function rectangle({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

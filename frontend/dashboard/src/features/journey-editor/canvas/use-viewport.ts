import { useNodesInitialized, useReactFlow } from '@xyflow/react';
import type { Viewport } from '@xyflow/react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { CardNode } from './derive';
import { cardHeight, cardWidth, fitViewport } from './geometry';

const farZoom = 0.35;

/** Keeps the view port in the store, brings revealed nodes into view, and paints cheaply while the view moves. */
export function useViewport({ frame, nodes }: { frame: RefObject<HTMLDivElement | null>; nodes: readonly CardNode[] }) {
  const store = useEditorStore();
  const [startViewport] = useState(() => store.getState().viewport);
  const onMoveStart = useCallback(() => frame.current?.setAttribute('data-moving', ''), [frame]);
  const onMove = useCallback((_event: unknown, viewport: Viewport) => {
    const far = viewport.zoom < farZoom;
    if (frame.current && frame.current.hasAttribute('data-far') !== far) frame.current.toggleAttribute('data-far', far);
  }, [frame]);
  const onMoveEnd = useCallback((_event: unknown, viewport: Viewport) => {
    frame.current?.removeAttribute('data-moving');
    onMove(_event, viewport);
    store.setState({ viewport });
  }, [frame, store, onMove]);
  useFirstFit({ frame, needed: startViewport === null });
  useReveal({ frame, nodes });
  const viewportHandlers = useMemo(() => ({ onMoveStart, onMove, onMoveEnd }), [onMoveStart, onMove, onMoveEnd]);
  return { viewportHandlers, startViewport };
}

/** Shows all cards; see `fitViewport`. */
export function useFit(frame: RefObject<HTMLDivElement | null>): (options?: { duration: number }) => void {
  const flow = useReactFlow();
  return useCallback(({ duration } = { duration: reducedMotion() ? 0 : 200 }) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    void flow.setViewport(fitViewport({ positions: flow.getNodes().map((node) => node.position), width: box.width, height: box.height }), { duration });
  }, [flow, frame]);
}

function useFirstFit({ frame, needed }: { frame: RefObject<HTMLDivElement | null>; needed: boolean }) {
  const flow = useReactFlow();
  const fit = useFit(frame);
  const done = useRef(!needed);
  useLayoutEffect(() => {
    if (done.current || !flow.viewportInitialized) return;
    done.current = true;
    fit({ duration: 0 });
  });
}

function useReveal({ frame, nodes }: { frame: RefObject<HTMLDivElement | null>; nodes: readonly CardNode[] }) {
  const flow = useReactFlow();
  const ready = useNodesInitialized();
  const reveal = useEditor((state) => state.reveal);
  useEffect(() => {
    const box = frame.current?.getBoundingClientRect();
    if (!reveal || !box || !ready) return;
    const wanted = nodes.filter((node) => reveal.ids.includes(node.id));
    if (wanted.length === 0) return;
    const left = Math.min(...wanted.map((node) => node.position.x));
    const top = Math.min(...wanted.map((node) => node.position.y));
    const right = Math.max(...wanted.map((node) => node.position.x)) + cardWidth;
    const bottom = Math.max(...wanted.map((node) => node.position.y)) + cardHeight;
    const start = flow.flowToScreenPosition({ x: left, y: top });
    const end = flow.flowToScreenPosition({ x: right, y: bottom });
    const visible = start.x > box.left + 8 && start.y > box.top + 8 && end.x < box.right - 8 && end.y < box.bottom - 60;
    if (!visible) void flow.setCenter((left + right) / 2, (top + bottom) / 2, { zoom: Math.max(flow.getZoom(), 0.7), duration: reducedMotion() ? 0 : 260 });
    // Only a new wish moves the view; nodes that change meanwhile do not.
  }, [reveal, ready]);
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

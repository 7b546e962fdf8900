import { useNodesInitialized, useReactFlow } from '@xyflow/react';
import type { Viewport } from '@xyflow/react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { CardNode } from './derive';
import { cardHeight, cardWidth, farZoom, fitViewport, openingViewport, revealingViewport, tinyZoom } from './geometry';

/** Keeps the view port in the store, brings revealed nodes into view, and paints cheaply while the view moves. */
export function useViewport({ frame, nodes }: { frame: RefObject<HTMLDivElement | null>; nodes: readonly CardNode[] }) {
  const store = useEditorStore();
  const [startViewport] = useState(() => store.getState().viewport);
  const onMoveStart = useCallback(() => frame.current?.setAttribute('data-moving', ''), [frame]);
  const onMove = useCallback(
    (_event: unknown, viewport: Viewport) => {
      const far = viewport.zoom < farZoom;
      if (frame.current && frame.current.hasAttribute('data-far') !== far)
        frame.current.toggleAttribute('data-far', far);
      const tiny = viewport.zoom < tinyZoom;
      if (frame.current && frame.current.hasAttribute('data-tiny') !== tiny)
        frame.current.toggleAttribute('data-tiny', tiny);
    },
    [frame],
  );
  const onMoveEnd = useCallback(
    (_event: unknown, viewport: Viewport) => {
      frame.current?.removeAttribute('data-moving');
      onMove(_event, viewport);
      store.setState({ viewport });
    },
    [frame, store, onMove],
  );
  useFirstFit({ frame, needed: startViewport === null });
  useRoom({ frame, reveal: useReveal({ frame, nodes }) });
  const viewportHandlers = useMemo(() => ({ onMoveStart, onMove, onMoveEnd }), [onMoveStart, onMove, onMoveEnd]);
  return { viewportHandlers, startViewport };
}

type Fit = (options?: { duration?: number; why?: 'all' | 'opening' }) => void;

/** Shows all cards, or the beginning that a journey opens with; see `fitViewport` and `openingViewport`. */
export function useFit(frame: RefObject<HTMLDivElement | null>): Fit {
  const flow = useReactFlow();
  const store = useEditorStore();
  return useCallback(
    ({ duration = reducedMotion() ? 0 : 200, why = 'all' } = {}) => {
      const box = frame.current?.getBoundingClientRect();
      if (!box || box.width === 0) return;
      const positions = flow.getNodes().map((node) => node.position);
      const viewport = (why === 'all' ? fitViewport : openingViewport)({
        positions,
        width: box.width,
        height: box.height,
      });
      store.setState({ chosenView: { viewport, why } });
      void flow.setViewport(viewport, { duration });
    },
    [flow, frame, store],
  );
}

function useFirstFit({ frame, needed }: { frame: RefObject<HTMLDivElement | null>; needed: boolean }) {
  const flow = useReactFlow();
  const fit = useFit(frame);
  const done = useRef(!needed);
  useLayoutEffect(() => {
    if (done.current || !flow.viewportInitialized) return;
    done.current = true;
    fit({ duration: 0, why: 'opening' });
  });
}

type UseRevealOptions = {
  frame: RefObject<HTMLDivElement | null>;
  nodes: readonly CardNode[];
};

/** Brings the cards that were asked for last into view, if they are not. */
function useReveal({ frame, nodes }: UseRevealOptions): () => void {
  const flow = useReactFlow();
  const store = useEditorStore();
  const ready = useNodesInitialized();
  const reveal = useEditor((state) => state.reveal);
  const latest = useRef(nodes);
  latest.current = nodes;
  const show = useCallback(() => {
    const box = frame.current?.getBoundingClientRect();
    const ids = store.getState().reveal?.ids ?? [];
    const wanted = latest.current.filter((node) => ids.includes(node.id));
    if (!box || wanted.length === 0) return;
    const left = Math.min(...wanted.map((node) => node.position.x));
    const top = Math.min(...wanted.map((node) => node.position.y));
    const right = Math.max(...wanted.map((node) => node.position.x)) + cardWidth;
    const bottom = Math.max(...wanted.map((node) => node.position.y + (node.measured?.height ?? cardHeight)));
    const before = flow.getViewport();
    const viewport = revealingViewport({
      view: before,
      area: { left, top, right, bottom },
      width: box.width,
      height: box.height,
    });
    if (viewport === before) return;
    store.setState({ chosenView: { viewport, why: 'reveal' } });
    void flow.setViewport(viewport, { duration: reducedMotion() ? 0 : 260 });
  }, [flow, frame, store]);
  useEffect(() => {
    if (reveal && ready) show();
    // Only a new wish moves the view; nodes that change meanwhile do not.
  }, [reveal, ready, show]);
  return show;
}

/**
 * When the room changes (a dock appears, a panel goes) what the canvas had put in view stays in view. What a person
 * moved stays where it is.
 */
function useRoom({ frame, reveal }: { frame: RefObject<HTMLDivElement | null>; reveal: () => void }) {
  const flow = useReactFlow();
  const store = useEditorStore();
  const fit = useFit(frame);
  useEffect(() => {
    if (!frame.current) return;
    let known: string | null = null;
    const observer = new ResizeObserver(([entry]) => {
      const size = entry ? `${Math.round(entry.contentRect.width)} ${Math.round(entry.contentRect.height)}` : null;
      const changed = known !== null && size !== known;
      known = size;
      const { chosenView } = store.getState();
      if (!changed || !chosenView || !sameView(chosenView.viewport, flow.getViewport())) return;
      if (chosenView.why !== 'reveal') fit({ duration: 0, why: chosenView.why });
      reveal();
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame, flow, store, fit, reveal]);
}

function sameView(a: Viewport, b: Viewport): boolean {
  return Math.abs(a.x - b.x) < 2 && Math.abs(a.y - b.y) < 2 && Math.abs(a.zoom - b.zoom) < 0.005;
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

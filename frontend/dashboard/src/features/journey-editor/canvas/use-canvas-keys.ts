import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect } from 'react';
import type { FocusEvent, RefObject } from 'react';
import { removeSelection } from '../store/actions';
import { useEditorStore } from '../store/editor-context';
import { clearSelection, neighbour, revealNodes, selectNodes } from '../store/select';
import type { Direction } from '../store/select';
import { useShownGraph } from './decoration';
import { useFit } from './use-viewport';

const arrows: Record<string, Direction> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/**
 * Keys while the canvas, or nothing, has the focus. Undo, copy and the like work everywhere in the editor and are in
 * `shell/use-shortcuts`. Cards take the focus one at a time (roving): the selected card is where Tab arrives.
 */
export function useCanvasKeys({ frame, editable }: { frame: RefObject<HTMLDivElement | null>; editable: boolean }) {
  const store = useEditorStore();
  const flow = useReactFlow();
  const fit = useFit(frame);
  const shown = useShownGraph();
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (
        !isOurs({ frame: frame.current, target: event.target }) ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isControl(event.target)
      )
        return;
      const state = store.getState();
      const current = state.selection.nodes[state.selection.nodes.length - 1];
      const direction = arrows[event.key];
      if (direction) {
        const next = neighbour({ graph: shown ?? state.graph, from: current ?? '', direction });
        if (!next) return;
        event.preventDefault();
        if (event.shiftKey && current) selectNodes({ store, ids: [...new Set([...state.selection.nodes, next])] });
        else selectNodes({ store, ids: [next] });
        revealNodes({ store, ids: [next] });
        focusCard({ frame: frame.current, id: next });
      } else if (event.key === 'Enter' && current) {
        event.preventDefault();
        store.setState({ fieldFocus: { nodeId: current, path: null, at: Date.now() } });
      } else if ((event.key === 'Delete' || event.key === 'Backspace') && editable) {
        event.preventDefault();
        removeSelection(store);
      } else if (event.key === 'Escape') {
        clearSelection(store);
      } else if (event.key === 'f' || event.key === 'F') {
        fit();
      } else if (event.key === '+' || event.key === '=') {
        void flow.zoomIn();
      } else if (event.key === '-') {
        void flow.zoomOut();
      } else if ((event.key === 'a' || event.key === 'A' || event.key === 'Insert') && editable) {
        event.preventDefault();
        openPickerAfter({ frame: frame.current, store, id: current });
      }
    },
    [store, flow, frame, editable, shown, fit],
  );
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onKeyDown]);
}

/** Tabbing to a card selects it; clicking does so by itself, with its modifier keys. */
export function useCardFocus(): (event: FocusEvent) => void {
  const store = useEditorStore();
  return useCallback(
    (event: FocusEvent) => {
      if (!(event.target instanceof HTMLElement) || !event.target.matches('.react-flow__node:focus-visible')) return;
      const id = event.target.getAttribute('data-id');
      if (id && !store.getState().selection.nodes.includes(id)) selectNodes({ store, ids: [id] });
    },
    [store],
  );
}

function isOurs({ frame, target }: { frame: HTMLElement | null; target: EventTarget | null }): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return frame?.contains(target) === true || target === document.body || target.id === 'main';
}

type OpenPickerAfterOptions = {
  frame: HTMLElement | null;
  store: ReturnType<typeof useEditorStore>;
  id: string | undefined;
};

/** "A": the list of node types behind the first open port of the selected card, else on its first edge. */
function openPickerAfter({ frame, store, id }: OpenPickerAfterOptions) {
  const card = id ? frame?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`) : null;
  const stub = card?.querySelector<HTMLElement>('.wend-stub button');
  const edge = store.getState().graph.edges.find((each) => each.from === id);
  const insert = edge ? frame?.querySelector<HTMLElement>(`[data-edge="${CSS.escape(edge.id)}"]`) : null;
  (stub ?? insert)?.click();
}

function focusCard({ frame, id }: { frame: HTMLElement | null; id: string }): void {
  requestAnimationFrame(() =>
    frame?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
  );
}

function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"], button') !== null
  );
}

import { useReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import type { DragEvent, RefObject } from 'react';
import { addNode } from '../store/actions';
import { nodeDragType } from '../palette/drag';
import { useEditorStore } from '../store/editor-context';
import { cardHeight, cardWidth } from './geometry';

const reach = 26;

/** Dropping a kind of node from the palette: onto an edge it goes in between, elsewhere it lies where it fell. */
export function useDropping({ frame, editable }: { frame: RefObject<HTMLDivElement | null>; editable: boolean }) {
  const store = useEditorStore();
  const flow = useReactFlow();
  return useMemo(() => {
    let marked: Element | null = null;
    const mark = (element: Element | null) => {
      if (marked === element) return;
      marked?.classList.remove('wend-drop');
      element?.classList.add('wend-drop');
      marked = element;
    };
    const onDragOver = (event: DragEvent) => {
      if (!editable || !event.dataTransfer.types.includes(nodeDragType)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      mark(edgeNear({ frame: frame.current, x: event.clientX, y: event.clientY }));
    };
    const onDrop = (event: DragEvent) => {
      const key = event.dataTransfer.getData(nodeDragType);
      const edge = edgeNear({ frame: frame.current, x: event.clientX, y: event.clientY });
      mark(null);
      const manifest = store.getState().manifests[key];
      if (!editable || !manifest) return;
      event.preventDefault();
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const edgeId = edge?.getAttribute('data-id');
      addNode({
        store,
        manifest,
        target:
          edgeId && !manifest.note
            ? { kind: 'edge', edgeId }
            : { kind: 'point', position: { x: at.x - cardWidth / 2, y: at.y - cardHeight / 2 } },
      });
    };
    return { onDragOver, onDrop, onDragLeave: () => mark(null) };
  }, [store, flow, frame, editable]);
}

/** The edge under a point, or close to it. */
function edgeNear({ frame, x, y }: { frame: HTMLElement | null; x: number; y: number }): Element | null {
  const offsets = [
    [0, 0],
    [-reach, 0],
    [reach, 0],
    [0, -reach],
    [0, reach],
  ] as const;
  for (const [dx, dy] of offsets) {
    const hit = document.elementFromPoint(x + dx, y + dy);
    const label = hit?.closest('[data-edge]')?.getAttribute('data-edge');
    const edge = label
      ? frame?.querySelector(`.react-flow__edge[data-id="${CSS.escape(label)}"]`)
      : hit?.closest('.react-flow__edge');
    if (edge) return edge;
  }
  return null;
}

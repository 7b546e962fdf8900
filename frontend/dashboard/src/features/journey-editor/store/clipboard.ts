import type { Graph } from '@wend/contract';
import { copyNodes, duplicateNodes, pasteNodes } from '@wend/contract/plain';
import type { Fragment } from '@wend/contract/plain';
import { commit, nameOf } from './actions';
import type { EditorStore } from './editor-store';
import type { ChangeLabel } from './history';
import { loadChecks } from './load-checks';
import { freeShift, snapped } from './placement';
import { revealNodes, selectNodes } from './select';

/** The selected nodes as text for the clipboard, or null when none is selected. */
export function copyText(store: EditorStore): string | null {
  const { graph, selection } = store.getState();
  if (selection.nodes.length === 0) return null;
  return JSON.stringify({ wend: 'nodes', ...copyNodes(graph, { ids: selection.nodes }) }, null, 2);
}

/** Whether a text looks like copied nodes; whether it holds any only pasting tells. */
export function looksCopied(text: string): boolean {
  return text.includes('"wend"') && text.includes('"nodes"');
}

/** Nodes from the clipboard's text; null when it holds something else. */
async function parseClipping(text: string): Promise<Fragment | null> {
  if (!looksCopied(text)) return null;
  const { clipping } = await loadChecks();
  try {
    const parsed = clipping.safeParse(JSON.parse(text));
    return parsed.success ? { nodes: parsed.data.nodes, edges: parsed.data.edges } : null;
  } catch {
    return null;
  }
}

type PasteTextOptions = {
  store: EditorStore;
  text: string;
  at?: { x: number; y: number } | undefined;
};

/**
 * Pastes nodes with their upper left corner at a point of the canvas, else beside where they came from. Returns how
 * many.
 */
export async function pasteText({ store, text, at }: PasteTextOptions): Promise<number> {
  const fragment = await parseClipping(text);
  if (!fragment) return 0;
  const { graph } = store.getState();
  const label: ChangeLabel =
    fragment.nodes.length === 1
      ? { text: 'paste', values: { step: nameOf(fragment.nodes[0]) } }
      : { text: 'pasteMany', values: { count: fragment.nodes.length } };
  take({ store, label, pasted: pasteNodes(graph, { fragment, at: freeCorner({ graph, fragment, at }) }) });
  return fragment.nodes.length;
}

export function duplicateSelection(store: EditorStore): void {
  const { graph, selection } = store.getState();
  const { nodes } = selection;
  if (nodes.length === 0) return;
  take({
    store,
    label:
      nodes.length === 1
        ? { text: 'duplicate', values: { step: nameOf(graph.nodes[nodes[0] ?? '']) } }
        : { text: 'duplicateMany', values: { count: nodes.length } },
    pasted: duplicateNodes(graph, {
      ids: nodes,
      at: freeCorner({ graph, fragment: copyNodes(graph, { ids: nodes }) }),
    }),
  });
}

type TakeOptions = {
  store: EditorStore;
  label: ChangeLabel;
  pasted: { graph: Graph; ids: string[] };
};

function take({ store, label, pasted }: TakeOptions): void {
  if (!commit({ store, graph: pasted.graph, label })) return;
  selectNodes({ store, ids: pasted.ids });
  revealNodes({ store, ids: pasted.ids });
}

type FreeCornerOptions = {
  graph: Graph;
  fragment: Fragment;
  at?: { x: number; y: number } | undefined;
};

/**
 * Where the upper left corner goes so that no pasted card lies on another: where they came from, or as near as there is
 * room.
 */
function freeCorner({ graph, fragment, at }: FreeCornerOptions): { x: number; y: number } {
  const left = Math.min(...fragment.nodes.map((node) => node.position.x));
  const top = Math.min(...fragment.nodes.map((node) => node.position.y));
  const corner = at ? snapped(at) : { x: left, y: top };
  const shift = freeShift({
    graph,
    places: fragment.nodes.map(({ position }) => ({ x: position.x - left + corner.x, y: position.y - top + corner.y })),
  });
  return { x: corner.x + shift.x, y: corner.y + shift.y };
}

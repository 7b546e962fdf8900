import type { Graph } from '@wend/contract';
import { copyNodes, duplicateNodes, pasteNodes } from '@wend/contract/plain';
import type { Fragment } from '@wend/contract/plain';
import { commit, nameOf } from './actions';
import type { EditorStore } from './editor-store';
import { loadChecks } from './load-checks';
import { snapped } from './placement';
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

/** Pastes nodes with their upper left corner at a point of the canvas, else beside where they came from. Returns how many. */
export async function pasteText({ store, text, at }: { store: EditorStore; text: string; at?: { x: number; y: number } | undefined }): Promise<number> {
  const fragment = await parseClipping(text);
  if (!fragment) return 0;
  const { graph } = store.getState();
  const label = fragment.nodes.length === 1 ? `Paste ${nameOf(fragment.nodes[0])}` : `Paste ${fragment.nodes.length} nodes`;
  take({ store, label, pasted: pasteNodes(graph, { fragment, at: at ? snapped(at) : freeCorner({ graph, fragment }) }) });
  return fragment.nodes.length;
}

export function duplicateSelection(store: EditorStore): void {
  const { graph, selection } = store.getState();
  const { nodes } = selection;
  if (nodes.length === 0) return;
  take({ store, label: nodes.length === 1 ? `Duplicate ${nameOf(graph.nodes[nodes[0] ?? ''])}` : `Duplicate ${nodes.length} nodes`, pasted: duplicateNodes(graph, { ids: nodes }) });
}

function take({ store, label, pasted }: { store: EditorStore; label: string; pasted: { graph: Graph; ids: string[] } }): void {
  commit({ store, graph: pasted.graph, label });
  selectNodes({ store, ids: pasted.ids });
  revealNodes({ store, ids: pasted.ids });
}

/** A corner at which no pasted card lies exactly on another: pasting twice makes a staircase. */
function freeCorner({ graph, fragment }: { graph: Graph; fragment: Fragment }): { x: number; y: number } {
  const left = Math.min(...fragment.nodes.map((node) => node.position.x));
  const top = Math.min(...fragment.nodes.map((node) => node.position.y));
  const taken = new Set(Object.values(graph.nodes).map((node) => `${node.position.x},${node.position.y}`));
  let shift = 0;
  while (fragment.nodes.some((node) => taken.has(`${node.position.x + shift},${node.position.y + shift}`))) shift += 40;
  return { x: left + shift, y: top + shift };
}

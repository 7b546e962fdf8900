import type { Graph, Issue, JourneyDetail, JourneyStatus, Manifests, NodeManifest } from '@wend/contract';
import { manifestsByKey } from '@wend/contract/plain';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { startHistory } from './history';
import type { History } from './history';

export type SaveState = 'saved' | 'saving' | 'unsaved' | 'conflict' | 'error';
export type Selection = { nodes: readonly string[]; edges: readonly string[] };
export type Viewport = { x: number; y: number; zoom: number };
export type Layer = 'build' | 'live' | 'replay';
/** A field that the panel should scroll to and focus; `at` makes asking twice for the same field an event. */
export type FieldFocus = { nodeId: string | null; path: string | null; at: number };

/** Where a node that is picked goes: onto an edge, behind a port, or somewhere free. */
export type InsertTarget =
  | { kind: 'edge'; edgeId: string }
  | { kind: 'port'; nodeId: string; port: string; position?: { x: number; y: number } }
  | { kind: 'point'; position: { x: number; y: number } };
export type Picker = { x: number; y: number; target: InsertTarget };

export type EditorState = {
  journeyId: string;
  name: string;
  status: JourneyStatus;
  /** Number of the published version, or null. */
  version: number | null;
  /** Whether this member may edit. */
  editable: boolean;
  /** By `type@version`; see `manifestKey`. */
  manifests: Readonly<Record<string, NodeManifest>>;
  /** The same, as the functions of the contract take it. */
  manifestMap: Manifests;
  graph: Graph;
  history: History;
  /** The graph that the server has at `revision`. */
  savedGraph: Graph;
  revision: number;
  saveState: SaveState;
  saveError: string | null;
  /** Steps since the draft was last published; what the top bar counts. */
  publishedGraph: Graph | null;
  issues: readonly Issue[];
  issuesByNode: Readonly<Record<string, readonly Issue[]>>;
  selection: Selection;
  /** Kept across layers and remounts of the canvas; null until the canvas has fitted itself once. */
  viewport: Viewport | null;
  /** The view port that the canvas chose last, and why; where the present one differs a person has moved it. */
  chosenView: { viewport: Viewport; why: 'opening' | 'all' | 'reveal' } | null;
  fieldFocus: FieldFocus | null;
  /** The node that was just added: its form does not complain before it was touched. */
  freshNode: string | null;
  /** Nodes that the canvas should bring into view. */
  reveal: { ids: readonly string[]; at: number } | null;
  /** The open list of node types, in client coordinates. */
  picker: Picker | null;
};
export type EditorStore = StoreApi<EditorState>;

export const noSelection: Selection = { nodes: [], edges: [] };
export const noIssues: readonly Issue[] = [];

/** The key of a manifest: what the palette drags. */
export function manifestKey(node: { type: string; version: number }): string {
  return `${node.type}@${node.version}`;
}

/** One store per editor, so that a diff or a second editor can stand beside it. */
export function createEditorStore({ journey, manifests, editable }: { journey: JourneyDetail; manifests: readonly NodeManifest[]; editable: boolean }): EditorStore {
  return createStore<EditorState>(() => ({
    journeyId: journey.id,
    name: journey.name,
    status: journey.status,
    version: journey.version,
    editable,
    manifests: Object.fromEntries(manifests.map((manifest) => [manifestKey(manifest), manifest])),
    manifestMap: manifestsByKey(manifests),
    graph: journey.draft,
    history: startHistory(journey.draft),
    savedGraph: journey.draft,
    revision: journey.revision,
    saveState: 'saved',
    saveError: null,
    publishedGraph: null,
    issues: [],
    issuesByNode: {},
    selection: noSelection,
    viewport: null,
    chosenView: null,
    fieldFocus: null,
    freshNode: null,
    reveal: null,
    picker: null,
  }));
}

import type { Graph, Issue, JourneyDetail, JourneyStatus, Manifests, NodeManifest } from '@wend/contract';
import { manifestsByKey, nodeKey } from '@wend/contract/plain';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { startHistory } from './history';
import type { History } from './history';
import type { DraftBackup, UnreadableBackup } from './draft-backup';

export type SaveState = 'saved' | 'saving' | 'unsaved' | 'conflict' | 'error';
export type Selection = { nodes: readonly string[]; edges: readonly string[] };
export type Viewport = { x: number; y: number; zoom: number };
export type Layer = 'build' | 'live' | 'replay' | 'versions';
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
  /** By `type@version`; see `nodeKey`. */
  manifests: Readonly<Record<string, NodeManifest>>;
  /** The same, as the functions of the contract take it. */
  manifestMap: Manifests;
  graph: Graph;
  history: History;
  /** The graph that the server has at `revision`. */
  savedGraph: Graph;
  revision: number;
  saveState: SaveState;
  /** What kept the draft from being saved; null in a conflict, whose state says it. */
  saveError: unknown;
  /** Whether this browser could keep a copy of what is not saved yet. */
  backedUp: boolean;
  /** Unsaved changes of earlier visits and other tabs that did not come back by themselves. */
  copies: readonly (DraftBackup | UnreadableBackup)[];
  /** Open elsewhere in this browser: in how many other tabs. */
  otherTabs: number;
  /** Why the last edit was not made, in words; `at` makes saying the same twice an event. */
  refused: { message: string; at: number } | null;
  /** Steps since the draft was last published; what the top bar counts. */
  publishedGraph: Graph | null;
  issues: readonly Issue[];
  /** What the server last said of the draft, and of which; it reads templates and knows names and providers. */
  serverCheck: { graph: Graph; issues: readonly Issue[] } | null;
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

type CreateEditorStoreOptions = {
  journey: JourneyDetail;
  manifests: readonly NodeManifest[];
  editable: boolean;
};

/** One store per editor, so that a diff or a second editor can stand beside it. */
export function createEditorStore({ journey, manifests, editable }: CreateEditorStoreOptions): EditorStore {
  return createStore<EditorState>(() => ({
    journeyId: journey.id,
    name: journey.name,
    status: journey.status,
    version: journey.version,
    editable,
    manifests: Object.fromEntries(manifests.map((manifest) => [nodeKey(manifest), manifest])),
    manifestMap: manifestsByKey(manifests),
    graph: journey.draft,
    history: startHistory(journey.draft),
    savedGraph: journey.draft,
    revision: journey.revision,
    saveState: 'saved',
    saveError: null,
    backedUp: true,
    copies: [],
    otherTabs: 0,
    refused: null,
    publishedGraph: null,
    issues: [],
    serverCheck: null,
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

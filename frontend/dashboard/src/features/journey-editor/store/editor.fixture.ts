import type { Graph, JourneyDetail, NodeManifest } from '@wend/contract';
import { createEditorStore } from './editor-store';
import type { EditorStore } from './editor-store';

function manifest(given: Partial<NodeManifest> & Pick<NodeManifest, 'type' | 'category'>): NodeManifest {
  return {
    version: 1,
    title: given.type.split('/')[1] ?? '',
    description: '',
    icon: 'mail',
    config: { type: 'object', properties: {} },
    defaults: {},
    ports: { fixed: [{ id: 'next', label: 'Next' }] },
    summary: '',
    blocks: false,
    custom: false,
    ...(given.category === 'entry' ? { entry: 'event' } : {}),
    ...given,
  };
}

/** A few node types as a third party could have written them. */
export const manifests: NodeManifest[] = [
  manifest({ type: 'test/entry', category: 'entry', title: 'Entry' }),
  manifest({ type: 'test/wait', category: 'timing', title: 'Wait', blocks: true }),
  manifest({
    type: 'test/branch',
    category: 'decision',
    title: 'Branch',
    ports: { from: 'branches', labelFrom: 'label', fixed: [{ id: 'else', label: 'Else' }] },
    defaults: { branches: [{ id: 'yes', label: 'Yes' }] },
  }),
  manifest({
    type: 'test/call',
    category: 'action',
    title: 'Call',
    custom: true,
    failure: 'failed',
    ports: {
      fixed: [
        { id: 'ok', label: 'Fetched' },
        { id: 'failed', label: 'Not fetched' },
      ],
    },
  }),
  manifest({ type: 'test/exit', category: 'exit', title: 'Exit', ports: { fixed: [] } }),
];

const node = (id: string, type: string, y: number, config = {}) => ({
  id,
  type,
  version: 1,
  name: id,
  config,
  position: { x: 0, y },
});

/** entry → wait → branch. */
function sampleGraph(): Graph {
  return {
    nodes: {
      entry: node('entry', 'test/entry', 0),
      wait: node('wait', 'test/wait', 152),
      branch: node('branch', 'test/branch', 304, {
        branches: [
          { id: 'yes', label: 'Yes' },
          { id: 'no', label: 'No' },
        ],
      }),
    },
    edges: [
      { id: 'entry:next', from: 'entry', port: 'next', to: 'wait' },
      { id: 'wait:next', from: 'wait', port: 'next', to: 'branch' },
    ],
    settings: { reentry: { rule: 'never' }, exitCriteria: [] },
  };
}

export function sampleStore(draft: Graph = sampleGraph()): EditorStore {
  const journey: JourneyDetail = {
    id: '0b7e1f5e-6f1a-4b7a-9b41-0a4b6f7b2c11',
    name: 'Welcome',
    status: 'draft',
    version: null,
    draftChanged: false,
    updatedAt: '2026-01-01T00:00:00Z',
    publishedAt: null,
    entered: 0,
    active: 0,
    messages: 0,
    entries: [],
    failing: 0,
    archivedAt: null,
    draft,
    revision: 3,
    draftEdited: { at: '2026-01-01T00:00:00Z', by: null, you: false },
  };
  return createEditorStore({ journey, manifests, editable: true });
}

export function manifestNamed(type: string): NodeManifest {
  const found = manifests.find((each) => each.type === type);
  if (!found) throw new Error(`no manifest ${type}`);
  return found;
}

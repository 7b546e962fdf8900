import type { Issue } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { configureNode, renameNode } from '../store/actions';
import { sampleStore } from '../store/editor.fixture';
import { noteServerIssues, withServerIssues } from './server-check';
import { sortIssues } from './sort-issues';

const issue = (code: string, more: Partial<Issue> = {}): Issue => ({
  code,
  severity: 'warning',
  message: code,
  ...more,
});
const broken = issue('invalid-template', { severity: 'error', nodeId: 'wait', path: 'text', line: 1, column: 2 });
const lonely = issue('no-provider', { nodeId: 'branch' });
const own = issue('invalid-config', { severity: 'error', nodeId: 'branch' });

describe('what the server says of a draft', () => {
  it('is all there is to say of the draft it has seen', () => {
    const store = sampleStore();
    const { graph } = store.getState();
    noteServerIssues({ store, graph, issues: [broken, own, lonely] });
    expect(withServerIssues({ graph, local: [issue('local')], check: store.getState().serverCheck })).toEqual([
      broken,
      own,
      lonely,
    ]);
    expect(withServerIssues({ graph, local: [own], check: null })).toEqual([own]);
  });
  it('holds for nodes that are as they were, until it has seen the others', () => {
    const store = sampleStore();
    noteServerIssues({ store, graph: store.getState().graph, issues: [broken, own, lonely] });
    const merged = (local: Issue[]) =>
      withServerIssues({ graph: store.getState().graph, local, check: store.getState().serverCheck });
    renameNode({ store, id: 'wait', name: 'Another' });
    // What the browser finds by itself is its own to say.
    expect(merged([issue('local')])).toEqual([broken, issue('local'), lonely]);
    configureNode({
      store,
      id: 'wait',
      config: { ...store.getState().graph.nodes['wait']!.config, text: 'right' },
      path: 'text',
    });
    expect(merged([])).toEqual([lonely]);
  });
  it('is counted the same everywhere', () => {
    expect(sortIssues([broken, lonely, issue('unconnected-port')])).toEqual({
      errors: [broken],
      notes: [lonely],
      ends: [issue('unconnected-port')],
    });
  });
});

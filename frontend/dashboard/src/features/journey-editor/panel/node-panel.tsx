'use client';

import { Copy, Trash2 } from 'lucide-react';
import { useCallback } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { ConfigForm } from '../form/config-form';
import { NodeIcon } from '../node-types/node-icon';
import { configureNode, removeSelection, renameNode } from '../store/actions';
import { duplicateSelection } from '../store/clipboard';
import { useEditor, useEditorStore } from '../store/editor-context';
import { manifestKey, noIssues } from '../store/editor-store';
import { GeneralIssues } from './general-issues';
import { NodePreview } from './node-preview';

/** A node's settings, its name, and what its message looks like. */
export function NodePanel({ id }: { id: string }) {
  const store = useEditorStore();
  const node = useEditor((state) => state.graph.nodes[id]);
  const manifest = useEditor((state) => (node ? (state.manifests[manifestKey(node)] ?? null) : null));
  const issues = useEditor((state) => state.issuesByNode[id] ?? noIssues);
  const quiet = useEditor((state) => state.freshNode === id);
  const editable = useEditor((state) => state.editable);
  const onChange = useCallback((change: { config: Parameters<typeof configureNode>[0]['config']; path: string }) => configureNode({ store, id, ...change }), [store, id]);
  if (!node) return null;
  return (
    <>
      <header className="mx-5 flex items-center gap-3 border-b border-line py-4">
        <NodeIcon manifest={manifest} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-md font-semibold">{node.name || manifest?.title || node.type}</h2>
          <p className="truncate text-xs text-muted" title={manifest?.description}>{manifest?.title ?? `${node.type}, version ${node.version}`}</p>
        </div>
        {editable && (
          <span className="flex">
            <IconButton size="sm" label="Duplicate" shortcut="Ctrl D" onClick={() => duplicateSelection(store)}><Copy size={15} strokeWidth={1.75} /></IconButton>
            <IconButton size="sm" label="Delete" shortcut="Del" onClick={() => removeSelection(store)}><Trash2 size={15} strokeWidth={1.75} /></IconButton>
          </span>
        )}
      </header>
      <div className="space-y-4 px-5 py-4">
        <GeneralIssues issues={issues} quiet={quiet} />
        {manifest ? (
          <>
            <p className="text-xs text-muted">{manifest.description}</p>
            <ConfigForm nodeId={id} manifest={manifest} config={node.config} issues={issues} quiet={quiet} disabled={!editable} onChange={onChange} />
          </>
        ) : (
          <div className="space-y-2 rounded-lg bg-bad-soft p-3 text-bad">
            <p>This kind of node is not installed on the server, so its settings cannot be shown. They are kept.</p>
            {editable && <Button size="sm" variant="danger" onClick={() => removeSelection(store)}>Remove this node</Button>}
          </div>
        )}
        <Field label="Name on the canvas">
          {(control) => <Input {...control} maxLength={120} value={node.name} disabled={!editable} placeholder={manifest?.title} onChange={(event) => renameNode({ store, id, name: event.target.value })} />}
        </Field>
        {manifest?.channel && <NodePreview id={id} channel={manifest.channel} config={node.config} />}
      </div>
    </>
  );
}

'use client';

import { nodeKey } from '@wend/contract/plain';
import { Copy, LayoutGrid, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { NodeIcon } from '../node-types/node-icon';
import { arrange, nameOf, removeSelection } from '../store/actions';
import { duplicateSelection } from '../store/clipboard';
import { useEditor, useEditorStore } from '../store/editor-context';
import { selectNodes } from '../store/select';

/** Several nodes, or a connection: what can be done with them together. */
export function SelectionPanel() {
  const t = useTranslations('editor-panel.selectionPanel');
  const store = useEditorStore();
  const toast = useToast();
  const { nodes, edges } = useEditor((state) => state.selection);
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const editable = useEditor((state) => state.editable);
  const edge = nodes.length === 0 ? graph.edges.find((each) => each.id === edges[0]) : undefined;
  const icon = { size: 15, strokeWidth: 1.75 } as const;
  return (
    <>
      <header className="mx-5 border-b border-line py-4">
        <h2 className="text-md font-semibold">
          {nodes.length > 1
            ? t('steps', { count: nodes.length })
            : edges.length > 1
              ? t('lines', { count: edges.length })
              : t('line')}
        </h2>
        {edge && (
          <p className="text-xs text-muted">
            {t('from', { from: nameOf(graph.nodes[edge.from]), to: nameOf(graph.nodes[edge.to]) })}
          </p>
        )}
      </header>
      <div className="space-y-4 px-5 py-4">
        {nodes.length > 1 && (
          <ul className="max-h-80 space-y-0.5 overflow-y-auto">
            {nodes.map((id) => {
              const node = graph.nodes[id];
              return (
                node && (
                  <li key={id}>
                    <button
                      type="button"
                      className="flex h-8 w-full items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-canvas"
                      onClick={() => selectNodes({ store, ids: [id] })}
                    >
                      <NodeIcon manifest={manifests[nodeKey(node)] ?? null} size={24} />
                      <span className="truncate">{node.name}</span>
                    </button>
                  </li>
                )
              );
            })}
          </ul>
        )}
        {editable && (
          <div className="flex flex-wrap gap-2">
            {nodes.length > 1 && (
              <Button
                icon={<LayoutGrid {...icon} />}
                onClick={() => void arrange(store).catch((error: unknown) => toast.fail(t('arrangeFailed'), error))}
              >
                {t('arrange')}
              </Button>
            )}
            {nodes.length > 1 && (
              <Button icon={<Copy {...icon} />} onClick={() => duplicateSelection(store)}>
                {t('duplicate')}
              </Button>
            )}
            <Button variant="danger" icon={<Trash2 {...icon} />} onClick={() => removeSelection(store)}>
              {t('delete')}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

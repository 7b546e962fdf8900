'use client';

import { nodeKey } from '@wend/contract/plain';
import type { NodeManifest } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { SearchInput } from '@/components/ui/input';
import { NodeIcon } from '../node-types/node-icon';
import { addNode, targetAfterSelection } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';
import { nodeDragType } from './drag';
import { nodeGroups } from './node-picker';

/** All kinds of nodes: drag one onto the canvas or an edge, or click to put it behind what is selected. */
export function Palette() {
  const t = useTranslations('editor-palette.palette');
  const categories = useTranslations('editor-palette.categories');
  const manifests = useEditor((state) => state.manifests);
  const [search, setSearch] = useState('');
  const groups = useMemo(() => nodeGroups({ manifests, search }), [manifests, search]);
  return (
    <aside
      aria-label={t('steps')}
      className="flex w-(--palette) shrink-0 flex-col border-r border-line bg-surface max-md:hidden"
    >
      <div className="p-3 pb-1">
        <SearchInput
          placeholder={t('search')}
          aria-label={t('search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <div className="flex-1 overflow-y-auto px-3 pb-4">
        {groups.map((group) => (
          <section key={group.category} className="pt-3.5 first:pt-2">
            <h2 className="mb-1 px-0.5 text-xs font-medium text-muted">{categories(group.category)}</h2>
            <ul>
              {group.manifests.map((manifest) => (
                <PaletteItem key={nodeKey(manifest)} manifest={manifest} />
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p className="py-6 text-center text-muted">{t('noMatch', { search })}</p>}
      </div>
    </aside>
  );
}

function PaletteItem({ manifest }: { manifest: NodeManifest }) {
  const store = useEditorStore();
  return (
    <li>
      <button
        type="button"
        draggable
        title={manifest.description}
        data-testid={`palette-${manifest.type}`}
        onDragStart={(event) => {
          event.dataTransfer.setData(nodeDragType, nodeKey(manifest));
          event.dataTransfer.effectAllowed = 'copy';
        }}
        onClick={() => addNode({ store, manifest, target: targetAfterSelection({ store, manifest }) })}
        className="flex h-[34px] w-full cursor-grab items-center gap-2.5 rounded-md px-1 text-left hover:bg-canvas active:cursor-grabbing"
      >
        <NodeIcon manifest={manifest} size={24} />
        <span className="truncate">{manifest.title}</span>
      </button>
    </li>
  );
}

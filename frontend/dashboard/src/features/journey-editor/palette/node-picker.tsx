'use client';

import type { Category, NodeManifest } from '@wend/contract';
import { categories, nodeKey } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { SearchInput } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { NodeIcon } from '../node-types/node-icon';
import { addNode } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';

export type NodeGroup = { category: Category; manifests: readonly NodeManifest[] };

type NodeGroupsOptions = {
  manifests: Readonly<Record<string, NodeManifest>>;
  search: string;
  without?: readonly Category[];
  /** Whether notes are among them: nothing leads to one. */
  notes?: boolean;
};

/**
 * The newest version of every node type, by category, that fits a search. Older versions stay known for nodes that
 * still use them.
 */
export function nodeGroups({ manifests, search, without = [], notes = true }: NodeGroupsOptions): NodeGroup[] {
  const newest = new Map<string, NodeManifest>();
  for (const manifest of Object.values(manifests)) {
    const known = newest.get(manifest.type);
    if (!known || known.version < manifest.version) newest.set(manifest.type, manifest);
  }
  const words = search.trim().toLowerCase().split(/\s+/);
  const fits = (manifest: NodeManifest) =>
    (notes || !manifest.note) &&
    words.every((word) => `${manifest.title} ${manifest.description} ${manifest.type}`.toLowerCase().includes(word));
  return categories
    .filter((category) => !without.includes(category))
    .map((category) => ({
      category,
      manifests: [...newest.values()].filter((manifest) => manifest.category === category && fits(manifest)),
    }))
    .filter((group) => group.manifests.length > 0);
}

/** The list of node types that opens at a "+" on the canvas. */
export function NodePicker() {
  const t = useTranslations('editor-palette.nodePicker');
  const store = useEditorStore();
  const picker = useEditor((state) => state.picker);
  const anchor = useMemo(
    () => ({ current: { getBoundingClientRect: () => new DOMRect(picker?.x ?? 0, picker?.y ?? 0, 0, 0) } }),
    [picker],
  );
  const close = () => store.setState({ picker: null });
  return (
    <Popover.Root
      open={picker !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="center"
          sideOffset={2}
          collisionPadding={12}
          aria-label={t('add')}
          className="z-50 flex max-h-[min(480px,var(--radix-popover-content-available-height))] w-64 flex-col rounded-xl border border-line bg-raised shadow-over outline-none animate-appear"
        >
          {picker && <PickerList key={`${picker.x},${picker.y}`} onClose={close} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function PickerList({ onClose }: { onClose: () => void }) {
  const t = useTranslations('editor-palette.nodePicker');
  const store = useEditorStore();
  const titles = useTranslations('editor-palette.categories');
  const manifests = useEditor((state) => state.manifests);
  const target = useEditor((state) => state.picker?.target);
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => {
    const free = target?.kind === 'point';
    return nodeGroups({ manifests, search, without: free ? [] : ['entry'], notes: free });
  }, [manifests, search, target]);
  const flat = groups.flatMap((group) => group.manifests);
  const pick = (manifest: NodeManifest | undefined) => {
    if (!manifest || !target) return;
    onClose();
    addNode({ store, manifest, target });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (active + step + flat.length) % Math.max(flat.length, 1);
      setActive(next);
      list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      pick(flat[active]);
    }
  };
  const activeId = flat[active] ? `pick-${flat[active].type.replace('/', '-')}` : undefined;
  return (
    <>
      <div className="border-b border-line p-2">
        <SearchInput
          autoFocus
          placeholder={t('add')}
          aria-label={t('search')}
          role="combobox"
          aria-expanded
          aria-controls="node-picker"
          aria-activedescendant={activeId}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id="node-picker" role="listbox" aria-label={t('types')} className="overflow-y-auto p-1.5 pb-2">
        {groups.map((group) => (
          <div key={group.category} role="group" aria-label={titles(group.category)}>
            <div className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{titles(group.category)}</div>
            {group.manifests.map((manifest) => {
              const index = flat.indexOf(manifest);
              return (
                <div
                  key={nodeKey(manifest)}
                  id={`pick-${manifest.type.replace('/', '-')}`}
                  role="option"
                  aria-selected={index === active}
                  data-index={index}
                  title={manifest.description}
                  onPointerMove={() => setActive(index)}
                  onClick={() => pick(manifest)}
                  className={cx('flex h-8 items-center gap-2.5 rounded-md px-1.5', index === active && 'bg-canvas')}
                >
                  <NodeIcon manifest={manifest} size={24} />
                  <span className="truncate">{manifest.title}</span>
                </div>
              );
            })}
          </div>
        ))}
        {flat.length === 0 && <p className="px-2 py-4 text-center text-muted">{t('noMatch')}</p>}
      </div>
    </>
  );
}

'use client';

import { nameTooLong, nodeKey } from '@wend/contract/plain';
import { Copy, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
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
import { noIssues } from '../store/editor-store';
import { TryStepButton } from '../trial/try-step-button';
import { FollowingWays } from './following-ways';
import { GeneralIssues } from './general-issues';
import { NodePreview } from './node-preview';
import { ScheduleTimes } from './schedule-times';
import { UnknownSettings } from './unknown-settings';

/** A node's settings, its name, and what its message looks like. */
export function NodePanel({ id }: { id: string }) {
  const t = useTranslations('editor-panel.nodePanel');
  const store = useEditorStore();
  const node = useEditor((state) => state.graph.nodes[id]);
  const manifest = useEditor((state) => (node ? (state.manifests[nodeKey(node)] ?? null) : null));
  const issues = useEditor((state) => state.issuesByNode[id] ?? noIssues);
  const quiet = useEditor((state) => state.freshNode === id);
  const editable = useEditor((state) => state.editable);
  const journeyId = useEditor((state) => state.journeyId);
  const published = useEditor((state) => state.version !== null);
  const onChange = useCallback(
    (change: { config: Parameters<typeof configureNode>[0]['config']; path: string }) =>
      configureNode({ store, id, ...change }),
    [store, id],
  );
  if (!node) return null;
  return (
    <>
      <header className="mx-5 flex items-center gap-3 border-b border-line py-4">
        <NodeIcon manifest={manifest} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-md font-semibold">{node.name || manifest?.title || node.type}</h2>
          <p className="truncate text-xs text-muted" title={manifest?.description}>
            {manifest?.title ?? t('version', { type: node.type, version: node.version })}
          </p>
        </div>
        {editable && (
          <span className="flex">
            <IconButton size="sm" label={t('duplicate')} shortcut="Ctrl D" onClick={() => duplicateSelection(store)}>
              <Copy size={15} strokeWidth={1.75} />
            </IconButton>
            <IconButton size="sm" label={t('delete')} shortcut="Del" onClick={() => removeSelection(store)}>
              <Trash2 size={15} strokeWidth={1.75} />
            </IconButton>
          </span>
        )}
      </header>
      <div className="space-y-4 px-5 py-4">
        <GeneralIssues issues={issues} quiet={quiet} config={node.config} disabled={!editable} onChange={onChange} />
        {manifest ? (
          <>
            <p className="text-xs text-muted">{manifest.description}</p>
            <UnknownSettings issues={issues} config={node.config} disabled={!editable} onChange={onChange} />
            <FollowingWays id={id} manifest={manifest} />
            <ConfigForm
              nodeId={id}
              manifest={manifest}
              config={node.config}
              issues={issues}
              quiet={quiet}
              disabled={!editable}
              onChange={onChange}
            />
          </>
        ) : (
          <div className="space-y-2 rounded-lg bg-bad-soft p-3 text-bad">
            <p>{t('notInstalled')}</p>
            {editable && (
              <Button size="sm" variant="danger" onClick={() => removeSelection(store)}>
                {t('removeStep')}
              </Button>
            )}
          </div>
        )}
        <Field label={t('name')} error={nameTooLong(node.name)}>
          {(control) => (
            <Input
              {...control}
              value={node.name}
              disabled={!editable}
              placeholder={manifest?.title}
              onChange={(event) => renameNode({ store, id, name: event.target.value })}
            />
          )}
        </Field>
        {manifest?.entry === 'schedule' && published && <ScheduleTimes journeyId={journeyId} node={id} />}
        {manifest?.trial && <TryStepButton id={id} />}
        {manifest?.channel && <NodePreview id={id} channel={manifest.channel} config={node.config} />}
      </div>
    </>
  );
}

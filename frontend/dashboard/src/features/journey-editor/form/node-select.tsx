'use client';

import { channelOf, nodeKey, reachableFrom } from '@wend/contract/plain';
import type { Category } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { NodeIcon } from '../node-types/node-icon';
import { useEditor } from '../store/editor-context';
import { useForm } from './form-context';

type NodeSelectProps = {
  value: string | undefined;
  onChange: (value: string) => void;
  categories?: readonly Category[] | undefined;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** Another node of the journey; those that come before this one first. */
export function NodeSelect({ value, onChange, categories, ...control }: NodeSelectProps) {
  const t = useTranslations('editor-form.nodeSelect');
  const { nodeId } = useForm();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const fitting = Object.values(graph.nodes).flatMap((node) => {
    const manifest = manifests[nodeKey(node)];
    if (!manifest || node.id === nodeId || (categories && !categories.includes(manifest.category))) return [];
    // What a program gets has no states that a person could cause.
    if (categories?.includes('message') && !(manifest.channel && channelOf(manifest.channel).address)) return [];
    return [{ node, manifest, before: reachableFrom(graph, node.id).has(nodeId) }];
  });
  const options = fitting
    .sort((a, b) => Number(b.before) - Number(a.before))
    .map(({ node, manifest, before }) => ({
      value: node.id,
      label: node.name || manifest.title,
      icon: <NodeIcon manifest={manifest} size={24} />,
      ...(before ? {} : { hint: t('notBefore') }),
    }));
  if (value && !options.some((option) => option.value === value))
    options.push({ value, label: t('gone'), icon: <NodeIcon manifest={null} size={24} /> });
  return (
    <Select
      {...control}
      value={value}
      onChange={onChange}
      options={options}
      placeholder={options.length === 0 ? t('none') : t('choose')}
      disabled={options.length === 0}
    />
  );
}

'use client';

import { reachableFrom } from '@wend/contract/plain';
import type { Category } from '@wend/contract';
import { Select } from '@/components/ui/select';
import { NodeIcon } from '../node-types/node-icon';
import { useEditor } from '../store/editor-context';
import { manifestKey } from '../store/editor-store';
import { useForm } from './form-context';

type NodeSelectProps = { value: string | undefined; onChange: (value: string) => void; categories?: readonly Category[] | undefined; id?: string; 'aria-invalid'?: boolean | undefined; 'aria-describedby'?: string | undefined };

/** Another node of the journey; those that come before this one first. */
export function NodeSelect({ value, onChange, categories, ...control }: NodeSelectProps) {
  const { nodeId } = useForm();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const fitting = Object.values(graph.nodes).flatMap((node) => {
    const manifest = manifests[manifestKey(node)];
    if (!manifest || node.id === nodeId || (categories && !categories.includes(manifest.category))) return [];
    // A webhook is a message node without states that a person could cause.
    if (categories?.includes('message') && (!manifest.channel || manifest.channel === 'webhook')) return [];
    return [{ node, manifest, before: reachableFrom(graph, node.id).has(nodeId) }];
  });
  const options = fitting.sort((a, b) => Number(b.before) - Number(a.before)).map(({ node, manifest, before }) => ({ value: node.id, label: node.name || manifest.title, icon: <NodeIcon manifest={manifest} size={24} />, ...(before ? {} : { hint: 'does not come before' }) }));
  if (value && !options.some((option) => option.value === value)) options.push({ value, label: 'A node that is gone', icon: <NodeIcon manifest={null} size={24} /> });
  return <Select {...control} value={value} onChange={onChange} options={options} placeholder={options.length === 0 ? 'No such node in this journey' : 'Choose a node…'} disabled={options.length === 0} />;
}

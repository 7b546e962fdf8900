'use client';

import { channels, channelWords } from '@wend/contract/plain';
import { Select } from '@/components/ui/select';
import type { CompareProps } from './compare-editor';

/** Whether a message on a channel would get to the person: address, consent, device. */
export function ReachableEditor({ rule, onChange }: CompareProps) {
  const { left } = rule;
  if (left.source !== 'reachable') return null;
  const can = rule.value !== false;
  return (
    <div className="grid grid-cols-2 gap-1.5">
      <Select aria-label="Can or cannot" value={can ? 'can' : 'cannot'} onChange={(next) => onChange({ ...rule, is: 'equals', value: next === 'can' })} options={[{ value: 'can', label: 'can, by' }, { value: 'cannot', label: 'cannot, by' }]} />
      <Select aria-label="Channel" value={left.channel} onChange={(channel) => onChange({ ...rule, left: { ...left, channel } })} options={channels.filter((each) => each !== 'webhook').map((value) => ({ value, label: channelWords(value) }))} />
    </div>
  );
}

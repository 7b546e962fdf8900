'use client';

import { LogIn } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { ComboInput } from '../combo-input';
import { isReference, parseScalar, scalarText } from './rule-model';
import type { Compare } from './rule-model';
import { useRule } from './rule-context';

/** The right side: a value, a list of values, or a property of the event that began the run. */
export function ValueInput({ rule, onChange, mayRefer }: { rule: Compare; onChange: (rule: Compare) => void; mayRefer: boolean }) {
  const { entryProperties } = useRule();
  const { value } = rule;
  const refers = isReference(value);
  return (
    <div className="flex gap-1.5">
      <div className="min-w-0 flex-1">
        {refers ? <ComboInput aria-label="Property of the entry event" value={value.entry} suggestions={entryProperties} placeholder="property of the entry event" onChange={(entry) => onChange({ ...rule, value: { entry } })} />
          : rule.is === 'oneOf' ? <ListInput value={Array.isArray(value) ? value.map(scalarText) : []} onChange={(items) => onChange({ ...rule, value: items.map(parseScalar) })} />
          : <Input aria-label="Value" value={scalarText(value)} placeholder="value" onChange={(event) => onChange({ ...rule, value: parseScalar(event.target.value) })} />}
      </div>
      {mayRefer && rule.is !== 'oneOf' && (
        <IconButton variant="secondary" aria-pressed={refers} label={refers ? 'Compare with a value' : 'Compare with a property of the entry event'} onClick={() => onChange({ ...rule, value: refers ? '' : { entry: '' } })}><LogIn size={14} strokeWidth={1.75} /></IconButton>
      )}
    </div>
  );
}

/** Values separated by commas. What is typed stays as typed until the field is left. */
export function ListInput({ value, onChange }: { value: readonly string[]; onChange: (items: string[]) => void }) {
  const joined = value.join(', ');
  const [typed, setTyped] = useState(joined);
  const [focused, setFocused] = useState(false);
  useEffect(() => { if (!focused) setTyped(joined); }, [joined, focused]);
  return <Input aria-label="Values, separated by commas" value={typed} placeholder="one, two, three" onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} onChange={(event) => { setTyped(event.target.value); onChange(event.target.value.split(',').map((each) => each.trim()).filter(Boolean)); }} />;
}

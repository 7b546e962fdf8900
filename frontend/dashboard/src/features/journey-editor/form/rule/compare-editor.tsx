'use client';

import { comparisonWords } from '@wend/contract/plain';
import type { Operand } from '@wend/contract';
import { X } from 'lucide-react';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { ComboInput } from '../combo-input';
import { FieldRow } from '../field-row';
import type { Path } from '../schema';
import { CountEditor } from './count-editor';
import { LocalTimeEditor } from './local-time-editor';
import { ReachableEditor } from './reachable-editor';
import { blankCompare, comparisonsFor, sourcesFor, sourceWords, takesValue, withComparison } from './rule-model';
import type { Compare } from './rule-model';
import { useRule } from './rule-context';
import { ValueInput } from './value-input';

export type CompareProps = { rule: Compare; path: Path; onChange: (rule: Compare) => void };

/** One condition: what is looked at, how it is compared, and with what. */
export function CompareEditor({ rule, path, onChange, onRemove }: CompareProps & { onRemove: () => void }) {
  const { scope, results } = useRule();
  const sources = sourcesFor({ scope, hasResults: results.length > 0 });
  const known = sources.includes(rule.left.source) ? sources : [rule.left.source, ...sources];
  return (
    <div role="group" aria-label="Condition" className="rounded-lg border border-line bg-raised p-2">
      <FieldRow path={[...path, 'left']}>
        {() => (
          <div className="mb-1.5 flex items-center gap-1">
            {known.length > 1
              ? <Select aria-label="What to look at" className="border-transparent! bg-transparent! px-1! text-xs! text-muted! h-6! w-auto!" value={rule.left.source} onChange={(source) => onChange(blankCompare(source))} options={known.map((value) => ({ value, label: sourceWords[value] }))} />
              : <span className="px-1 text-xs text-muted">{sourceWords[rule.left.source]}</span>}
            <IconButton size="sm" className="ml-auto size-6!" label="Remove condition" onClick={onRemove}><X size={14} /></IconButton>
          </div>
        )}
      </FieldRow>
      <FieldRow path={[...path, 'value']}>{() => <Body rule={rule} path={path} onChange={onChange} />}</FieldRow>
    </div>
  );
}

function Body(props: CompareProps) {
  switch (props.rule.left.source) {
    case 'eventCount': return <CountEditor {...props} />;
    case 'reachable': return <ReachableEditor {...props} />;
    case 'localTime': return <LocalTimeEditor {...props} />;
    default: return <PathEditor {...props} left={props.rule.left} />;
  }
}

function PathEditor({ rule, path, onChange, left }: CompareProps & { left: Extract<Operand, { path: string }> }) {
  const { properties, entryProperties, traits, results, scope } = useRule();
  const suggestions = { property: properties, entry: entryProperties, trait: traits, run: results.map((result) => result.path) }[left.source];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-1.5">
      <FieldRow path={[...path, 'left', 'path']}>
        {(control) => left.source === 'run'
          ? <Select {...control} aria-label="Result" value={left.path || undefined} onChange={(next) => onChange({ ...rule, left: { ...left, path: next } })} options={results.map((result) => ({ value: result.path, label: result.label }))} />
          : <ComboInput {...control} aria-label={sourceWords[left.source]} value={left.path} suggestions={suggestions} placeholder={left.source === 'trait' ? 'plan' : 'property'} onChange={(next) => onChange({ ...rule, left: { ...left, path: next } })} />}
      </FieldRow>
      <Select aria-label="Comparison" className="w-32! shrink-0" value={rule.is} onChange={(is) => onChange(withComparison(rule, is))} options={comparisonsFor(left).map((value) => ({ value, label: comparisonWords(value) }))} />
      {takesValue(rule.is) && <div className="col-span-2"><ValueInput rule={rule} onChange={onChange} mayRefer={scope !== 'entry'} /></div>}
    </div>
  );
}

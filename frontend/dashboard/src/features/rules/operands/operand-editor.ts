import type { Comparand, Compare, Comparison, Operand, OperandOf } from '@wend/contract';
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Control } from '@/components/form/field-row';
import type { Path } from '@/components/form/field-path';
import type { RuleContextValue } from '../rule-context';

export type CompareProps<Kind extends Operand['source'] = Operand['source']> = {
  rule: Compare;
  left: OperandOf<Kind>;
  path: Path;
  onChange: (rule: Compare) => void;
  /** Names the problem of the value, for the field that it is written in. */
  control: Control;
};

/** Under which heading an operand is offered. */
export type Family = 'here' | 'person' | 'behaviour';

/** How an operand is written in a form. In the list of all it is called as `editor-rules.sources` says. */
export type OperandEditor<Kind extends Operand['source'] = Operand['source']> = {
  family?: Family;
  icon?: LucideIcon;
  /** What a new condition begins with: complete except for what only the person knows. */
  blank: () => { left: OperandOf<Kind>; is: Comparison; value: Comparand };
  Editor: ComponentType<CompareProps<Kind>>;
  /** Whether there is anything to look at, where the rule stands at all. */
  offered?: (context: RuleContextValue) => boolean;
};

/** Every operand of the contract, by its kind. */
export type OperandEditors = { readonly [Kind in Operand['source']]: OperandEditor<Kind> };

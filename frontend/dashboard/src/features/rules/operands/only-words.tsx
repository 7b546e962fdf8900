'use client';

import { ruleWords } from '@wend/contract/plain';
import type { Compare, Operand, OperandOf } from '@wend/contract';
import type { CompareProps, OperandEditor } from './operand-editor';

/** A condition that came by the API: what it says, where the form has no fields for it. */
function Words({ rule }: Pick<CompareProps, 'rule'>) {
  return <p className="text-sm">{ruleWords(rule)}</p>;
}

type Blank<Kind extends Operand['source']> = { left: OperandOf<Kind> } & Pick<Required<Compare>, 'is' | 'value'>;

/** An operand that the form shows and does not offer. */
export function onlyWords<Kind extends Operand['source']>(blank: Blank<Kind>): OperandEditor<Kind> {
  return {
    blank: () => blank as ReturnType<OperandEditor<Kind>['blank']>,
    Editor: Words,
    offered: () => false,
  };
}

'use client';

import type { RuleScope } from '@wend/contract';
import { createContext, useContext } from 'react';
import type { OperandEditors } from './operands/operand-editor';
import type { Facts } from './use-known-names';

/** What conditions can look at, and how that is written. */
export type RuleContextValue = {
  /** Handed down, as the filter of a count is a rule of its own. */
  editors: OperandEditors;
  scope: RuleScope;
  /** Whether there is a run: an entry event to compare with, results of steps. */
  hasRun: boolean;
  properties: readonly string[];
  propertyFacts: Facts;
  entryProperties: readonly string[];
  traits: readonly string[];
  traitFacts: Facts;
  results: readonly { path: string; label: string }[];
  resultFacts: Facts;
};

const RuleContext = createContext<RuleContextValue | null>(null);
export const RuleProvider = RuleContext.Provider;

export function useRule(): RuleContextValue {
  const rule = useContext(RuleContext);
  if (!rule) throw new Error('useRule needs a RuleProvider above it');
  return rule;
}

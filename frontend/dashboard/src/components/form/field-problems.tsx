'use client';

import type { Issue } from '@wend/contract';
import { createContext, useContext } from 'react';

/** `pending`: only not filled in yet; unsaid until the field was touched. */
export type FieldProblem = Pick<Issue, 'path' | 'message' | 'severity' | 'hint' | 'line'> & { pending?: boolean };

/** What is wrong with the fields below: each finds its own by the path. */
export type FieldProblems = {
  issues: readonly FieldProblem[];
  /** All problems stay unsaid until a field was touched. */
  quiet: boolean;
};

const FieldProblemsContext = createContext<FieldProblems>({ issues: [], quiet: false });
export const FieldProblemsProvider = FieldProblemsContext.Provider;

export function useFieldProblems(): FieldProblems {
  return useContext(FieldProblemsContext);
}

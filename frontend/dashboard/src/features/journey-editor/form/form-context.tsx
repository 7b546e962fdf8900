'use client';

import type { Issue, Json, RuleScope } from '@wend/contract';
import { createContext, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Path } from '@/components/form/field-path';
import { FieldProblemsProvider } from '@/components/form/field-problems';
import type { Schema } from './schema';

/** What every field of one form shares. */
export type FormContextValue = {
  /** For `$ref`. */
  root: Schema;
  /** The node whose settings these are. */
  nodeId: string;
  issues: readonly Issue[];
  /** Problems of a node that was just added stay unsaid until its fields were touched. */
  quiet: boolean;
  /** `scope` of rules in an entry node: there is no run yet. */
  eventScope: Extract<RuleScope, 'event' | 'entry'>;
  disabled: boolean;
  change: (path: Path, value: Json | undefined) => void;
};

const FormContext = createContext<FormContextValue | null>(null);

export function FormProvider({ value, children }: { value: FormContextValue; children: ReactNode }) {
  const { issues, quiet } = value;
  const problems = useMemo(() => ({ issues, quiet }), [issues, quiet]);
  return (
    <FormContext.Provider value={value}>
      <FieldProblemsProvider value={problems}>{children}</FieldProblemsProvider>
    </FormContext.Provider>
  );
}

export function useForm(): FormContextValue {
  const form = useContext(FormContext);
  if (!form) throw new Error('useForm needs a FormProvider above it');
  return form;
}

'use client';

import type { RuleScope } from '@wend/contract';
import { createContext, useContext } from 'react';

/** What conditions can look at, for suggestions. */
export type RuleContextValue = {
  scope: RuleScope;
  properties: readonly string[];
  entryProperties: readonly string[];
  traits: readonly string[];
  results: readonly { path: string; label: string }[];
};

const RuleContext = createContext<RuleContextValue>({ scope: 'profile', properties: [], entryProperties: [], traits: [], results: [] });
export const RuleProvider = RuleContext.Provider;
export const useRule = () => useContext(RuleContext);

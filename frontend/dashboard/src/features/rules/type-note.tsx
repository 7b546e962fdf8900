'use client';

import type { Compare } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useRule } from './rule-context';
import type { RuleContextValue } from './rule-context';
import { mismatchOf } from './type-mismatch';
import type { Facts } from './use-known-names';

/** What is known of values, by where a condition looks. */
const factsBy: Partial<Record<Compare['left']['source'], (context: RuleContextValue) => Facts>> = {
  trait: ({ traitFacts }) => traitFacts,
  property: ({ propertyFacts }) => propertyFacts,
  run: ({ resultFacts }) => resultFacts,
};

type TypeNoteProps = { rule: Compare; onChange: (rule: Compare) => void };

/** Says how a value of another type is compared with what this field holds, and writes it in that type. */
export function TypeNote({ rule, onChange }: TypeNoteProps) {
  const t = useTranslations('editor-rules.typeNote');
  const context = useRule();
  const { left } = rule;
  const facts = factsBy[left.source]?.(context) ?? {};
  const mismatch = mismatchOf(rule, 'path' in left ? facts[left.path]?.type : null);
  if (!mismatch || !('path' in left)) return null;
  const { fixed } = mismatch;
  return (
    <p role="status" className="text-xs text-warn">
      {t(`${fixed ? 'read' : 'never'}.${mismatch.type}`, { name: left.path, value: String(mismatch.value) })}
      {fixed ? (
        <>
          {' '}
          <button type="button" className="font-medium underline underline-offset-2" onClick={() => onChange(fixed)}>
            {t(`use.${mismatch.type}`)}
          </button>
        </>
      ) : null}
    </p>
  );
}

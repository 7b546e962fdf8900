'use client';

import type { Compare } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useRule } from './rule-context';
import { mismatchOf } from './type-mismatch';

type TypeNoteProps = { rule: Compare; onChange: (rule: Compare) => void };

/** Says how a value of another type is compared with what this field holds, and writes it in that type. */
export function TypeNote({ rule, onChange }: TypeNoteProps) {
  const t = useTranslations('editor-rules.typeNote');
  const { traitFacts, propertyFacts } = useRule();
  const { left } = rule;
  const facts = left.source === 'trait' ? traitFacts : left.source === 'property' ? propertyFacts : {};
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

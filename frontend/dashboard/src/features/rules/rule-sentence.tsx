'use client';

import { ruleWords } from '@wend/contract/plain';
import type { Rule } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { asGroup, isGroup } from './rule-model';

/** What a rule says, in words: one sentence while that is easy to read, else a line for each part. */
export function RuleSentence({ rule }: { rule: Rule }) {
  const { rules } = asGroup(rule);
  if (rules.length <= 3 && !rules.some(isGroup)) return <p className="break-words">{ruleWords(rule)}</p>;
  return <Lines rule={rule} />;
}

function Lines({ rule }: { rule: Rule }) {
  const t = useTranslations('editor-rules.joins');
  const { join, rules } = asGroup(rule);
  return (
    <div className="break-words">
      {t(join)}
      <ul className="mt-0.5 list-disc space-y-0.5 pl-5 marker:text-muted">
        {rules.map((each, index) => (
          <li key={index}>{isGroup(each) ? <Lines rule={each} /> : ruleWords(each)}</li>
        ))}
      </ul>
    </div>
  );
}

'use client';

import type { Rule } from '@wend/contract';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { cx } from '@/lib/cx';
import type { Path } from '@/components/form/field-path';
import { CompareEditor } from './compare-editor';
import { asGroup, blankCompare, isGroup, sourcesFor, toRule } from './rule-model';
import type { Join } from './rule-model';
import { useRule } from './rule-context';

const deepest = 3;
const joins = ['all', 'any', 'none'] as const satisfies Join[];

type GroupEditorProps = {
  rule: Rule | undefined;
  path: Path;
  depth: number;
  onChange: (rule: Rule) => void;
  onRemove?: () => void;
};

/** A group of conditions, which may hold groups. How they join is asked only when there is more than one. */
export function GroupEditor({ rule, path, depth, onChange, onRemove }: GroupEditorProps) {
  const t = useTranslations('editor-rules.groupEditor');
  const joinWords = useTranslations('editor-rules.joins');
  const context = useRule();
  const { scope, editors } = context;
  const { join, rules, below } = asGroup(rule);
  const blank = () => blankCompare({ source: sourcesFor(context)[0] ?? 'trait', editors });
  const set = (next: readonly Rule[]) => onChange(toRule({ join, rules: next }));
  const add = (next: Rule) => set([...rules, next]);
  const asksJoin = rules.length > 1 || join === 'none' || depth > 0;
  return (
    <div className={cx('space-y-2', depth > 0 && 'rounded-lg border border-line bg-bg p-2')}>
      {asksJoin && (
        <div className="flex items-center gap-1">
          <Select
            aria-label={t('join')}
            className="w-36! shrink-0"
            value={join}
            onChange={(next) => onChange(toRule({ join: next, rules }))}
            options={joins.map((value) => ({ value, label: joinWords(value) }))}
          />
          {onRemove && (
            <IconButton size="sm" className="ml-auto" label={t('removeGroup')} onClick={onRemove}>
              <X size={14} />
            </IconButton>
          )}
        </div>
      )}
      {rules.map((each, index) => {
        const at = [...path, ...below, index];
        const change = (next: Rule) => set(rules.map((old, position) => (position === index ? next : old)));
        const remove = () => set(rules.filter((_, position) => position !== index));
        return isGroup(each) ? (
          <GroupEditor key={index} rule={each} path={at} depth={depth + 1} onChange={change} onRemove={remove} />
        ) : (
          each.op === 'compare' && (
            <CompareEditor key={index} rule={each} path={at} onChange={change} onRemove={remove} />
          )
        );
      })}
      <div className="flex gap-4">
        <Button variant="link" icon={<Plus size={14} strokeWidth={2} />} onClick={() => add(blank())}>
          {scope === 'profile' ? t('condition') : t('filter')}
        </Button>
        {rules.length > 0 && depth < deepest && (
          <Button
            variant="link"
            icon={<Plus size={14} strokeWidth={2} />}
            onClick={() => add(toRule({ join: join === 'any' ? 'all' : 'any', rules: [blank()] }))}
          >
            {t('group')}
          </Button>
        )}
      </div>
    </div>
  );
}

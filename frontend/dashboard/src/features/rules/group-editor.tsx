'use client';

import type { Rule } from '@wend/contract';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Fragment, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { cx } from '@/lib/cx';
import { ActionButtons } from './action-buttons';
import type { RuleActions } from './action-buttons';
import { AddCondition } from './add-condition';
import { CompareEditor } from './compare-editor';
import { asGroup, blankCompare, isGroup, sourcesFor, toRule } from './rule-model';
import type { Join } from './rule-model';
import { useRule } from './rule-context';

const joins = ['all', 'any', 'none'] as const satisfies Join[];

type GroupEditorProps = {
  rule: Rule | undefined;
  path: Path;
  depth: number;
  onChange: (rule: Rule) => void;
  actions?: RuleActions;
  /** It was just added: its first condition has the focus. */
  focused?: boolean;
};

/**
 * A group of conditions, which may hold groups, to any depth. How they join is asked only when there is more than one,
 * and stands between them.
 */
export function GroupEditor({ rule, path, depth, onChange, actions, focused = false }: GroupEditorProps) {
  const t = useTranslations('editor-rules.groupEditor');
  const joinWords = useTranslations('editor-rules.joins');
  const between = useTranslations('editor-rules.between');
  const context = useRule();
  const { editors } = context;
  const { join, rules, below } = asGroup(rule);
  const [added, setAdded] = useState<number | null>(focused ? 0 : null);
  const buttons = useRef<HTMLDivElement>(null);
  const set = (next: readonly Rule[]) => onChange(toRule({ join, rules: next }));
  const add = (next: Rule) => {
    setAdded(rules.length);
    set([...rules, next]);
  };
  const actionsOf = (index: number): RuleActions => ({
    onRemove: () => {
      setAdded(null);
      set(rules.filter((_, position) => position !== index));
      buttons.current?.querySelector('button')?.focus();
    },
    onDuplicate: () => {
      setAdded(index + 1);
      set(rules.flatMap((each, position) => (position === index ? [each, structuredClone(each)] : [each])));
    },
    onGroup: () =>
      set(
        rules.map((each, position) =>
          position === index ? toRule({ join: join === 'any' ? 'all' : 'any', rules: [each] }) : each,
        ),
      ),
  });
  const asksJoin = rules.length > 1 || join === 'none' || depth > 0;
  return (
    <div
      role="group"
      aria-label={depth > 0 ? t('groupOf', { join: joinWords(join) }) : t('conditions')}
      className={cx('@container space-y-1.5', depth > 0 && 'border-l-2 border-line-strong py-0.5 pl-2.5')}
    >
      {asksJoin && (
        <div className="flex items-center gap-1">
          <Select
            aria-label={t('join')}
            className="w-36! shrink-0"
            value={join}
            onChange={(next) => onChange(toRule({ join: next, rules }))}
            options={joins.map((value) => ({ value, label: joinWords(value) }))}
          />
          {actions && <ActionButtons {...actions} removeLabel={t('removeGroup')} label={t('groupActions')} />}
        </div>
      )}
      {/* What is wrong with the group as a whole: that it has no conditions. */}
      {depth > 0 && rules.length === 0 && <FieldRow path={path}>{() => null}</FieldRow>}
      {rules.map((each, index) => {
        const at = [...path, ...below, index];
        const change = (next: Rule) => set(rules.map((old, position) => (position === index ? next : old)));
        return (
          <Fragment key={index}>
            {index > 0 && (
              <p aria-hidden className="pl-2.5 text-2xs font-medium text-muted">
                {between(join)}
              </p>
            )}
            {isGroup(each) ? (
              <GroupEditor
                rule={each}
                path={at}
                depth={depth + 1}
                focused={added === index}
                onChange={change}
                actions={actionsOf(index)}
              />
            ) : (
              each.op === 'compare' && (
                <CompareEditor
                  rule={each}
                  path={at}
                  focused={added === index}
                  onChange={change}
                  actions={actionsOf(index)}
                />
              )
            )}
          </Fragment>
        );
      })}
      <div ref={buttons} className="flex gap-4 pt-0.5">
        <AddCondition onAdd={(source) => add(blankCompare({ source, editors }))} />
        {rules.length > 0 && (
          <Button
            variant="link"
            icon={<Plus size={14} strokeWidth={2} />}
            onClick={() => {
              const blank = blankCompare({ source: sourcesFor(context)[0] ?? 'trait', editors });
              add(toRule({ join: join === 'any' ? 'all' : 'any', rules: [blank] }));
            }}
          >
            {t('group')}
          </Button>
        )}
      </div>
    </div>
  );
}

'use client';

import type { JsonObject } from '@wend/contract';
import { Braces, ListPlus, Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import type { Translator } from '@/i18n/translator';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input, Textarea } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { fromRows, toRows } from './flat-fields';
import type { FieldRow } from './flat-fields';
import { parseObject } from './parse-object';
import type { NotAnObject } from './parse-object';

/** Text while it is typed, and the object that it stands for (null while it is not JSON). */
export type ObjectDraft = { mode: 'fields' | 'json'; rows: FieldRow[]; text: string };

export function draftOf(value: JsonObject): ObjectDraft {
  return { mode: 'fields', rows: toRows(value), text: JSON.stringify(value, null, 2) };
}

export function objectOf(draft: ObjectDraft): { value: JsonObject } | NotAnObject {
  return draft.mode === 'fields' ? { value: fromRows(draft.rows) } : parseObject(draft.text);
}

type ObjectEditorProps = {
  label: string;
  empty: string;
  draft: ObjectDraft;
  onChange: (draft: ObjectDraft) => void;
  error?: string | undefined;
};

/** An object as fields, or as JSON for those who prefer to paste. */
export function ObjectEditor({ label, empty, draft, onChange, error }: ObjectEditorProps) {
  const t = useTranslations('common.objectEditor');
  const parsing = useTranslations('common.parseObject');
  const id = useId();
  const parsed = objectOf(draft);
  const own = 'error' in parsed ? parseWords(parsing, parsed) : undefined;
  const [focusNew, setFocusNew] = useState(false);
  const toggle = () => {
    if ('value' in parsed)
      onChange(
        draft.mode === 'fields'
          ? { ...draft, mode: 'json', text: JSON.stringify(parsed.value, null, 2) }
          : { ...draft, mode: 'fields', rows: toRows(parsed.value) },
      );
  };
  const setRow = (index: number, row: FieldRow) =>
    onChange({ ...draft, rows: draft.rows.map((each, at) => (at === index ? row : each)) });
  return (
    <div role="group" aria-labelledby={`${id}-label`}>
      <div className="mb-1 flex items-center justify-between gap-2">
        <span id={`${id}-label`} className="font-medium">
          {label}
        </span>
        <Button
          variant="link"
          className="text-xs"
          onClick={toggle}
          disabled={own !== undefined}
          icon={draft.mode === 'fields' ? <Braces size={13} aria-hidden /> : <ListPlus size={13} aria-hidden />}
        >
          {draft.mode === 'fields' ? t('json') : t('fields')}
        </Button>
      </div>
      {draft.mode === 'json' ? (
        <Textarea
          aria-labelledby={`${id}-label`}
          aria-invalid={Boolean(own ?? error) || undefined}
          aria-describedby={`${id}-error`}
          rows={6}
          spellCheck={false}
          className="font-mono text-xs"
          value={draft.text}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
        />
      ) : (
        <div className="space-y-1.5">
          {draft.rows.length === 0 ? <p className="text-xs text-muted">{empty}</p> : null}
          {draft.rows.map((row, index) => (
            <div key={index} className="flex items-center gap-1.5">
              <Input
                aria-label={t('nameField', { number: index + 1 })}
                className="max-w-44 font-mono text-xs"
                value={row.path}
                autoFocus={focusNew && index === draft.rows.length - 1 && row.path === ''}
                onChange={(event) => setRow(index, { ...row, path: event.target.value })}
              />
              <Input
                aria-label={t('value', { field: row.path || t('fieldOf', { number: index + 1 }) })}
                value={row.text}
                onChange={(event) => setRow(index, { ...row, text: event.target.value })}
              />
              <IconButton
                size="sm"
                label={t('leaveOut', { field: row.path || t('thisField') })}
                onClick={() => onChange({ ...draft, rows: draft.rows.filter((_, at) => at !== index) })}
              >
                <X size={14} strokeWidth={1.75} />
              </IconButton>
            </div>
          ))}
          <Button
            variant="link"
            className={cx('text-xs')}
            icon={<Plus size={13} aria-hidden />}
            onClick={() => {
              setFocusNew(true);
              onChange({ ...draft, rows: [...draft.rows, { path: '', text: '' }] });
            }}
          >
            {t('field')}
          </Button>
        </div>
      )}
      <p id={`${id}-error`} className="mt-1 text-xs text-bad empty:hidden">
        {own ?? error}
      </p>
    </div>
  );
}

function parseWords(t: Translator<'common.parseObject'>, parsed: NotAnObject): string {
  return parsed.error === 'notJson'
    ? t('notJson', { reason: parsed.reason })
    : t('notObject', { example: '{ "plan": "free" }' });
}

'use client';

import type { ReactNode } from 'react';
import { useId, useState } from 'react';
import { cx } from '@/lib/cx';
import { pathKey } from './field-path';
import type { Path } from './field-path';
import { useFieldProblems } from './field-problems';

export type Control = { id: string; 'aria-invalid': boolean | undefined; 'aria-describedby': string | undefined };

type FieldRowProps = {
  path: Path;
  label?: string | undefined;
  help?: string | undefined;
  inside?: boolean;
  as?: 'field' | 'group';
  inline?: boolean;
  children: (control: Control) => ReactNode;
};

/**
 * Label, control, problem and help of one field. `inside`: problems of parts of the value that have no row of their own
 * are shown here too.
 */
export function FieldRow({ path, label, help, inside = false, as = 'field', inline = false, children }: FieldRowProps) {
  const id = useId();
  const [touched, setTouched] = useState(false);
  const { issues, quiet } = useFieldProblems();
  const key = pathKey(path);
  const found = issues.filter(
    (issue) =>
      issue.path === key ||
      (inside && issue.path !== undefined && (issue.path.startsWith(`${key}.`) || issue.path.startsWith(`${key}[`))),
  );
  const shown = touched ? found : found.filter((issue) => !quiet && issue.pending !== true);
  const wrong = shown.some((issue) => issue.severity === 'error');
  const described =
    [shown.length > 0 ? `${id}-error` : '', help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined;
  const control: Control = { id, 'aria-invalid': wrong ? true : undefined, 'aria-describedby': described };
  const Label = as === 'group' ? 'span' : 'label';
  return (
    <div
      data-field={key}
      role={as === 'group' ? 'group' : undefined}
      aria-labelledby={as === 'group' && label ? `${id}-label` : undefined}
      className={cx('min-w-0', inline && 'flex flex-wrap items-center justify-between gap-x-3')}
      onBlur={() => setTouched(true)}
    >
      {label && (
        <Label
          id={`${id}-label`}
          {...(as === 'group' ? {} : { htmlFor: id })}
          className={cx('block font-medium', !inline && 'mb-1.5')}
        >
          {label}
        </Label>
      )}
      {children(control)}
      {shown.length > 0 && (
        <p id={`${id}-error`} className={cx('mt-1 w-full text-xs', wrong ? 'text-bad' : 'text-warn')}>
          {[
            ...new Set(
              shown.flatMap((issue) => [
                issue.message,
                ...(issue.line !== undefined && issue.hint ? [issue.hint] : []),
              ]),
            ),
          ].join(' ')}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1 w-full text-xs text-muted">
          {help}
        </p>
      )}
    </div>
  );
}

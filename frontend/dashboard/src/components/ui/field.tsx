'use client';

import { useId } from 'react';
import type { ReactNode } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useErrorWords } from '@/lib/error-words';

export type FieldControl = { id: string; 'aria-invalid': boolean | undefined; 'aria-describedby': string | undefined };

type FieldProps = {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  children: (control: FieldControl) => ReactNode;
  className?: string;
  action?: ReactNode;
};

/**
 * Label, control, help and error, tied together: `<Field label="Name">{(control) => <Input {...control} />}</Field>`.
 */
export function Field({ label, help, error, children, className, action }: FieldProps) {
  const id = useId();
  const described = [error ? `${id}-error` : '', help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined;
  return (
    <div className={className}>
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {action}
      </div>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described })}
      {error ? (
        <p id={`${id}-error`} className="mt-1 text-xs text-bad first-letter:uppercase">
          {error}
        </p>
      ) : null}
      {help ? (
        <p id={`${id}-help`} className="mt-1 text-xs text-muted">
          {help}
        </p>
      ) : null}
    </div>
  );
}

/** The message of a problem for one field, such as `email`, as a sentence. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.errors.find((each) => each.path === path || each.path.endsWith(`.${path}`))?.message;
  return found && `${found.charAt(0).toUpperCase()}${found.slice(1).replace(/([^.!?…])$/, '$1.')}`;
}

/** What went wrong with a form as a whole. */
export function FormError({ error, className }: { error: unknown; className?: string }) {
  const errorWords = useErrorWords();
  if (!error) return null;
  return (
    <p role="alert" className={cx('rounded-md bg-bad-soft px-3 py-2 text-bad', className)}>
      {errorWords(error)}
    </p>
  );
}

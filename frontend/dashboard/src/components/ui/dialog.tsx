'use client';

import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog as Radix } from 'radix-ui';
import type { FormEvent, ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { IconButton } from './icon-button';

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  onSubmit?: (event: FormEvent<HTMLFormElement>) => void;
};

/**
 * Where the focus goes first: the first field. Never the button that closes, whose hint would take the first Escape.
 */
function focusFirst(event: Event): void {
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement)) return;
  event.preventDefault();
  const field = content.querySelector<HTMLElement>(
    'input:not([type="hidden"], :disabled), textarea:not(:disabled), [contenteditable="true"], [role="combobox"]:not(:disabled)',
  );
  (field ?? content).focus();
}

/** A field that is edited in place takes Escape for itself: it says so by `data-takes-escape`. */
function keepOpenForField(event: KeyboardEvent): void {
  if (event.target instanceof Element && event.target.closest('[data-takes-escape]')) event.preventDefault();
}

/** A dialog in the middle; with `onSubmit` it is a form, and a submit button in `footer` (or Enter) sends it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  wide = false,
  onSubmit,
}: DialogProps) {
  const t = useTranslations('common.dialog');
  const inner = (
    <>
      <div className="flex-1 overflow-y-auto px-5 pb-5">{children}</div>
      {footer ? <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</div> : null}
    </>
  );
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40 animate-appear" />
        <Radix.Content
          onOpenAutoFocus={focusFirst}
          onEscapeKeyDown={keepOpenForField}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-1/2 flex-col rounded-xl border border-line bg-surface shadow-over outline-none',
            wide ? 'max-w-3xl' : 'max-w-md',
          )}
        >
          <div className="flex items-start gap-4 py-4 pr-3.5 pl-5">
            <div className="flex-1 pt-1.5">
              <Radix.Title className="text-lg leading-5">{title}</Radix.Title>
              {description ? <Radix.Description className="mt-1 text-muted">{description}</Radix.Description> : null}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('close')}>
                <X size={16} strokeWidth={1.75} />
              </IconButton>
            </Radix.Close>
          </div>
          {onSubmit ? (
            <form
              className="flex min-h-0 flex-1 flex-col"
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                event.stopPropagation();
                onSubmit(event);
              }}
            >
              {inner}
            </form>
          ) : (
            inner
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { FormError } from './field';

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  children: ReactNode;
  action: string;
  /** Of the button that closes; where the action itself cancels something, “Cancel” says nothing. */
  dismiss?: string;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
};

/** Asks before something that cannot be undone. `action` is the verb on the button. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  action,
  dismiss,
  danger = false,
  busy = false,
  error,
  onConfirm,
}: ConfirmDialogProps) {
  const t = useTranslations('common.confirmDialog');
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      onSubmit={onConfirm}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{dismiss ?? t('cancel')}</Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <div className="text-muted">{children}</div>
      <FormError error={error} className="mt-3" />
    </Dialog>
  );
}

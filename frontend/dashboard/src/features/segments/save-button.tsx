'use client';

import { useId } from 'react';
import { Button } from '@/components/ui/button';

type SaveButtonProps = {
  label: string;
  busy: boolean;
  /** Why it cannot be saved now, beside the button; null when it can. */
  reason: string | null;
  /** There is nothing to save. */
  idle?: boolean;
  onSave: () => void;
};

export function SaveButton({ label, busy, reason, idle = false, onSave }: SaveButtonProps) {
  const id = useId();
  return (
    <>
      <span id={id} role="status" className="text-xs text-muted empty:sr-only">
        {idle ? null : reason}
      </span>
      <Button
        variant="primary"
        busy={busy}
        disabled={idle || reason !== null}
        aria-describedby={reason ? id : undefined}
        onClick={onSave}
      >
        {label}
      </Button>
    </>
  );
}

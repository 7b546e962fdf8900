'use client';

import { Check } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { useId } from 'react';
import type { ReactNode } from 'react';

type CheckboxProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
};

export function Checkbox({ checked, onChange, label, help, disabled }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex gap-2.5">
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled ?? false}
        aria-describedby={help ? `${id}-help` : undefined}
        className="mt-px grid size-4 shrink-0 place-items-center rounded-[5px] border border-control bg-raised data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-50"
      >
        <Radix.Indicator>
          <Check size={12} strokeWidth={3} className="text-on-accent" />
        </Radix.Indicator>
      </Radix.Root>
      <div>
        <label htmlFor={id} className="block leading-[18px]">
          {label}
        </label>
        {help ? (
          <p id={`${id}-help`} className="text-xs text-muted">
            {help}
          </p>
        ) : null}
      </div>
    </div>
  );
}

'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { buttonBase } from './button';
import { Tip } from './tooltip';

type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label' | 'children'> & {
  label: string;
  variant?: 'secondary' | 'ghost';
  size?: 'sm' | 'md';
  side?: 'top' | 'right' | 'bottom' | 'left';
  shortcut?: string;
  children: ReactNode;
};

/** A button with an icon only: `label` names it for everyone and shows on hover. */
export function IconButton({
  label,
  variant = 'ghost',
  size = 'md',
  side = 'bottom',
  shortcut,
  className,
  type = 'button',
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tip label={label} side={side} {...(shortcut ? { shortcut } : {})}>
      <button
        type={type}
        aria-label={label}
        className={cx(
          buttonBase,
          size === 'sm' ? 'size-7' : 'size-8',
          variant === 'secondary'
            ? 'bg-raised border-line-strong hover:bg-bg'
            : 'border-transparent text-muted hover:text-ink hover:bg-canvas',
          'aria-pressed:bg-accent-soft aria-pressed:text-accent',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tip>
  );
}

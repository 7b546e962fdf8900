'use client';

import { LoaderCircle } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'link';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-strong',
  secondary: 'bg-raised text-ink border-line-strong hover:bg-bg',
  ghost: 'bg-transparent text-ink border-transparent hover:bg-canvas',
  danger: 'bg-raised text-bad border-line-strong hover:bg-bad-soft hover:border-bad',
  link: 'bg-transparent text-accent border-transparent hover:underline underline-offset-2',
};

export const buttonBase =
  'inline-flex items-center justify-center gap-2 border rounded-md font-medium whitespace-nowrap select-none shrink-0 transition-colors duration-100 disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:shrink-0';

type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant;
  size?: 'sm' | 'md';
  icon?: ReactNode;
  busy?: boolean;
  asChild?: boolean;
};

/**
 * A button with words. `busy` keeps its width, shows a spinner and refuses clicks. `asChild` lends the look to a link.
 */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  const look = cx(
    buttonBase,
    variants[variant],
    variant === 'link' ? 'h-auto p-0' : size === 'sm' ? 'h-7 px-2.5 text-xs' : 'h-8 px-3',
    className,
  );
  if (asChild)
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  return (
    <button type={type} className={look} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy ? <LoaderCircle size={15} strokeWidth={1.75} className="animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}

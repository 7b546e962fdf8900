'use client';

import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

type TipProps = {
  label: ReactNode;
  shortcut?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactNode;
};

/** Words on hover and focus. The child must take a ref and spread props. */
export function Tip({ label, shortcut, side = 'top', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-60 max-w-72 rounded-sm bg-ink px-2 py-1 text-xs text-bg shadow-float animate-appear"
        >
          {label}
          {shortcut ? <kbd className="ml-2 font-mono text-2xs opacity-70">{shortcut}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

'use client';

import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

export type MenuItem =
  | {
      label: string;
      icon?: ReactNode;
      onSelect: () => void;
      danger?: boolean;
      disabled?: boolean;
      shortcut?: string;
      checked?: boolean;
    }
  | 'separator'
  | { heading: ReactNode };

type MenuProps = {
  items: readonly MenuItem[];
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** Prevent its default where the focus should not go back to the button. */
  onCloseAutoFocus?: (event: Event) => void;
};

/** A menu that opens from its child (a button). */
export function Menu({ items, children, align = 'end', side = 'bottom', onCloseAutoFocus }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          {...(onCloseAutoFocus ? { onCloseAutoFocus } : {})}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto max-w-72 rounded-lg border border-line bg-raised p-1 shadow-over animate-appear"
        >
          {items.map((item, index) => (
            <Entry key={index} item={item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Entry({ item }: { item: MenuItem }) {
  if (item === 'separator') return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
  if ('heading' in item)
    return <DropdownMenu.Label className="px-2 py-1.5 text-xs text-muted">{item.heading}</DropdownMenu.Label>;
  return (
    <DropdownMenu.Item
      disabled={item.disabled ?? false}
      onSelect={item.onSelect}
      {...(item.checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': item.checked })}
      className={cx(
        'flex h-8 items-center gap-2.5 rounded-sm px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-canvas [&_svg]:shrink-0',
        item.danger ? 'text-bad' : '[&_svg]:text-muted',
        item.checked && 'font-semibold',
      )}
    >
      {item.icon}
      <span className="flex-1 truncate">{item.label}</span>
      {item.shortcut ? <kbd className="font-mono text-2xs text-muted">{item.shortcut}</kbd> : null}
    </DropdownMenu.Item>
  );
}

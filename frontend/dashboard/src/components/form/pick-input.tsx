'use client';

import { ChevronsUpDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { useEffect, useEffectEvent, useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { controlLook, SearchInput } from '@/components/ui/input';
import { cx } from '@/lib/cx';

export type PickItem = { id: string; label: string; hint?: string | undefined };

type PickInputProps = {
  /** What stands in the field; null: nothing is chosen. */
  chosen: PickItem | null;
  items: readonly PickItem[];
  /** `items` answer an older search: Enter waits for those of this one. */
  stale?: boolean;
  /** What is searched for; the owner of the list answers it with other `items`. */
  search: string;
  onSearch: (search: string) => void;
  onChoose: (item: PickItem) => void;
  placeholder: string;
  searchLabel: string;
  /** Said in the place of the list while it is empty. */
  empty: ReactNode;
  /** Below the list, such as a link that makes a new one. */
  footer?: ReactNode;
  disabled?: boolean;
  className?: string;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One of a list that is too long to show: opens a search, by mouse and keyboard. */
export function PickInput({
  chosen,
  items,
  stale = false,
  search,
  onSearch,
  onChoose,
  placeholder,
  searchLabel,
  empty,
  footer,
  className,
  ...trigger
}: PickInputProps) {
  const t = useTranslations('common.comboInput');
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  /** Enter was pressed before the answer to what was typed came. */
  const [isAwaited, setAwaited] = useState(false);
  const marked = Math.min(active, items.length - 1);
  const choose = (item: PickItem | undefined) => {
    if (!item) return;
    onChoose(item);
    setOpen(false);
  };
  const onAnswer = useEffectEvent(() => {
    setAwaited(false);
    choose(items[0]);
  });
  useEffect(() => {
    if (isAwaited && !stale) onAnswer();
  }, [isAwaited, stale]);
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends a composition (한글) chooses nothing.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (items.length === 0) return;
      const next = (marked + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length;
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (stale) setAwaited(true);
      else choose(items[marked]);
    }
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setActive(0);
        setAwaited(false);
        if (next) onSearch('');
      }}
    >
      <Popover.Trigger
        type="button"
        role="combobox"
        aria-expanded={open}
        className={cx(controlLook, 'flex h-8 items-center gap-2 px-2.5 text-left', className)}
        {...trigger}
      >
        <span className={cx('min-w-0 flex-1 truncate', !chosen && 'text-muted')}>{chosen?.label ?? placeholder}</span>
        {chosen?.hint ? <span className="shrink-0 text-xs text-muted tabular-nums">{chosen.hint}</span> : null}
        <ChevronsUpDown size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-muted" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-60 w-(--radix-popover-trigger-width) min-w-72 rounded-lg border border-line bg-raised p-1 shadow-over outline-none animate-appear"
        >
          <SearchInput
            role="combobox"
            aria-label={searchLabel}
            aria-expanded
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={items.length > 0 ? `${listId}-${marked}` : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder={searchLabel}
            value={search}
            onChange={(event) => {
              onSearch(event.target.value);
              setActive(0);
              setAwaited(false);
            }}
            onKeyDown={onKeyDown}
          />
          <div
            id={listId}
            role="listbox"
            aria-label={t('suggestions')}
            aria-busy={stale}
            className="mt-1 max-h-64 overflow-y-auto"
          >
            {items.map((item, index) => (
              <div
                key={item.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={item.id === chosen?.id}
                onClick={() => choose(item)}
                onPointerMove={() => setActive(index)}
                className={cx(
                  'flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 py-1',
                  index === marked && 'bg-canvas',
                  item.id === chosen?.id && 'font-semibold',
                )}
              >
                <span className="min-w-0 flex-1 truncate">{item.label}</span>
                {item.hint ? <span className="shrink-0 text-xs text-muted tabular-nums">{item.hint}</span> : null}
              </div>
            ))}
          </div>
          {items.length === 0 ? <p className="px-2 py-3 text-center text-muted">{empty}</p> : null}
          {footer ? <div className="mt-1 flex items-center border-t border-line px-2 pt-2 pb-1">{footer}</div> : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Input } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { exactOf, moved, offered } from './combo-model';

/** What stands beside a suggestion (`note`) and below it (`detail`). */
export type ComboHint = { note?: string | undefined; detail?: string | undefined };

type ComboInputProps = {
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly string[];
  hintOf?: (suggestion: string) => ComboHint | undefined;
  placeholder?: string | undefined;
  className?: string;
  mono?: boolean;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** A text that may be anything, with suggestions of what is known: see `combo-model`. */
export function ComboInput({
  value,
  onChange,
  suggestions,
  hintOf,
  placeholder,
  className,
  mono = false,
  ...control
}: ComboInputProps) {
  const t = useTranslations('common.comboInput');
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [active, setActive] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const exact = exactOf({ value, suggestions });
  const items = offered({ value, suggestions, typed });
  const shown = open && items.length > 0;
  const marked = active ?? exact ?? null;
  const optionId = (each: string) => `${listId}-${items.indexOf(each)}`;
  const close = () => {
    setOpen(false);
    setTyped(false);
    setActive(null);
  };
  const choose = (next: string) => {
    onChange(next);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const next = moved({ items, active, exact, typed, by: event.key === 'ArrowDown' ? 1 : -1 });
      setActive(next);
      if (next !== null) document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && shown && active !== null) {
      event.preventDefault();
      choose(active);
    } else if (event.key === 'Escape' && shown) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <Popover.Root open={shown} onOpenChange={(next) => (next ? setOpen(true) : close())}>
      <Popover.Anchor asChild>
        <Input
          ref={input}
          {...control}
          role="combobox"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active !== null && items.includes(active) ? optionId(active) : undefined}
          autoComplete="off"
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          className={cx(mono && 'font-mono text-xs', className)}
          onChange={(event) => {
            onChange(event.target.value);
            setOpen(true);
            setTyped(true);
            setActive(null);
          }}
          onFocus={() => setOpen(true)}
          onClick={() => setOpen(true)}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (event.target === input.current) event.preventDefault();
          }}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-60 min-w-(--radix-popover-trigger-width) max-w-80 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-over outline-none"
        >
          <div id={listId} role="listbox" aria-label={t('suggestions')}>
            {items.map((each) => (
              <div
                key={each}
                id={optionId(each)}
                role="option"
                aria-selected={each === marked}
                onPointerDown={(event) => {
                  event.preventDefault();
                  choose(each);
                }}
                onPointerMove={() => setActive(each)}
                className={cx(
                  'flex min-h-8 cursor-pointer flex-col justify-center rounded-sm px-2',
                  mono && 'font-mono text-xs',
                  each === marked && 'bg-canvas',
                  each === exact && 'font-semibold',
                )}
              >
                <Suggestion text={each} hint={hintOf?.(each)} />
              </div>
            ))}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Suggestion({ text, hint }: { text: string; hint: ComboHint | undefined }) {
  return (
    <>
      <span className="flex items-baseline justify-between gap-3">
        <span className="truncate">{text}</span>
        {hint?.note ? <span className="shrink-0 text-xs font-normal text-muted tabular-nums">{hint.note}</span> : null}
      </span>
      {hint?.detail ? (
        <span className="truncate pb-1 font-sans text-xs font-normal text-muted">{hint.detail}</span>
      ) : null}
    </>
  );
}

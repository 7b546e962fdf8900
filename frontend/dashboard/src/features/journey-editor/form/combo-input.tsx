'use client';

import { Popover } from 'radix-ui';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Input } from '@/components/ui/input';
import { cx } from '@/lib/cx';

type ComboInputProps = {
  value: string; onChange: (value: string) => void; suggestions: readonly string[]; placeholder?: string | undefined; className?: string; mono?: boolean; disabled?: boolean;
  id?: string; 'aria-label'?: string; 'aria-invalid'?: boolean | undefined; 'aria-describedby'?: string | undefined;
};

/** A text that may be anything, with suggestions of what is known. */
export function ComboInput({ value, onChange, suggestions, placeholder, className, mono = false, ...control }: ComboInputProps) {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const needle = value.trim().toLowerCase();
  const exact = suggestions.some((each) => each === value);
  const fitting = (needle === '' || exact ? suggestions : suggestions.filter((each) => each.toLowerCase().includes(needle))).slice(0, 50);
  const shown = open && fitting.length > 0;
  const choose = (next: string | undefined) => {
    if (next === undefined) return;
    onChange(next);
    setOpen(false);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setActive((at) => (fitting.length === 0 ? -1 : (at + (event.key === 'ArrowDown' ? 1 : -1) + fitting.length) % fitting.length));
    } else if (event.key === 'Enter' && shown && active >= 0) {
      event.preventDefault();
      choose(fitting[active]);
    } else if (event.key === 'Escape' && shown) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <Popover.Root open={shown} onOpenChange={setOpen}>
      <Popover.Anchor asChild>
        <Input
          ref={input} {...control} role="combobox" aria-expanded={shown} aria-controls={listId} aria-autocomplete="list" aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off" spellCheck={false} value={value} placeholder={placeholder} className={cx(mono && 'font-mono text-xs', className)}
          onChange={(event) => { onChange(event.target.value); setOpen(true); setActive(-1); }} onFocus={() => setOpen(true)} onClick={() => setOpen(true)} onBlur={() => setOpen(false)} onKeyDown={onKeyDown}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          onOpenAutoFocus={(event) => event.preventDefault()} onCloseAutoFocus={(event) => event.preventDefault()} onInteractOutside={(event) => { if (event.target === input.current) event.preventDefault(); }}
          align="start" sideOffset={4} collisionPadding={8} className="z-50 max-h-60 min-w-(--radix-popover-trigger-width) max-w-80 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-over outline-none"
        >
          <div id={listId} role="listbox" aria-label="Suggestions">
            {fitting.map((each, index) => (
              <div
                key={each} id={`${listId}-${index}`} role="option" aria-selected={index === active} onPointerDown={(event) => { event.preventDefault(); choose(each); }} onPointerMove={() => setActive(index)}
                className={cx('flex h-8 cursor-pointer items-center truncate rounded-sm px-2', mono && 'font-mono text-xs', index === active && 'bg-canvas', each === value && 'font-semibold')}
              >
                {each}
              </div>
            ))}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

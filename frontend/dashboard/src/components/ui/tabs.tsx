'use client';

import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

type TabsProps<Value extends string> = { value: Value; onChange: (value: Value) => void; tabs: readonly { value: Value; label: ReactNode; content: ReactNode }[]; className?: string; label: string };

export function Tabs<Value extends string>({ value, onChange, tabs, className, label }: TabsProps<Value>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as Value)} className={className}>
      <Radix.List aria-label={label} className="flex gap-5 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={cx('-mb-px h-9 shrink-0 border-b-2 border-transparent font-medium text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink')}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => <Radix.Content key={tab.value} value={tab.value} className="pt-4" tabIndex={-1}>{tab.content}</Radix.Content>)}
    </Radix.Root>
  );
}

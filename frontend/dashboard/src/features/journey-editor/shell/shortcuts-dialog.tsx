'use client';

import { Dialog } from '@/components/ui/dialog';

const groups: { title: string; keys: [string, string][] }[] = [
  { title: 'Moving around', keys: [['↑ ↓ ← →', 'Go to the next card along the way'], ['Shift + arrow', 'Select that one too'], ['Enter', 'Open the settings of the card'], ['Esc', 'Select nothing'], ['F', 'Show all'], ['+ / −', 'Zoom'], ['Shift + drag', 'Select an area']] },
  { title: 'Editing', keys: [['A', 'Add a node after the selected one'], ['Delete', 'Delete what is selected'], ['Ctrl + Z', 'Undo'], ['Ctrl + Y', 'Redo'], ['Ctrl + C / X / V', 'Copy, cut, paste, also between journeys'], ['Ctrl + D', 'Duplicate'], ['Ctrl + A', 'Select all']] },
];

export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" description="On a Mac, ⌘ stands for Ctrl.">
      {groups.map((group) => (
        <section key={group.title} className="mb-4 last:mb-0">
          <h3 className="mb-1 text-xs font-medium text-muted">{group.title}</h3>
          <dl className="divide-y divide-line">
            {group.keys.map(([keys, what]) => (
              <div key={keys} className="flex items-center justify-between gap-4 py-1.5">
                <dt>{what}</dt>
                <dd className="shrink-0"><kbd className="rounded-sm border border-line-strong bg-canvas px-1.5 py-0.5 font-mono text-2xs">{keys}</kbd></dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

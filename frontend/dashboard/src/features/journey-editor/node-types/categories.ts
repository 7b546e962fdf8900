import type { Category } from '@wend/contract';

/** Tailwind needs whole class names in the source. */
export const categoryStyle: Record<Category, { tile: string; text: string; colour: string }> = {
  entry: { tile: 'bg-entry-soft text-entry', text: 'text-entry', colour: 'var(--color-entry)' },
  message: { tile: 'bg-message-soft text-message', text: 'text-message', colour: 'var(--color-message)' },
  timing: { tile: 'bg-timing-soft text-timing', text: 'text-timing', colour: 'var(--color-timing)' },
  decision: { tile: 'bg-decision-soft text-decision', text: 'text-decision', colour: 'var(--color-decision)' },
  action: { tile: 'bg-action-soft text-action', text: 'text-action', colour: 'var(--color-action)' },
  exit: { tile: 'bg-exit-soft text-exit', text: 'text-exit', colour: 'var(--color-exit)' },
};

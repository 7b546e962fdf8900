import type { ReactNode } from 'react';

/** Controls one after another, as words of a sentence. */
export function Sentence({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-1.5">{children}</div>;
}

/** A word between two controls. */
export function Word({ children }: { children: ReactNode }) {
  return <span className="text-muted">{children}</span>;
}

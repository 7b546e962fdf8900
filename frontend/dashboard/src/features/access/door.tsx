import type { ReactNode } from 'react';
import { Logo } from '@/components/shell/logo';

/** The frame of the pages before one is in. */
export function Door({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas bg-[radial-gradient(var(--color-dot)_1px,transparent_1px)] bg-size-[20px_20px] p-4">
      <div className="w-full max-w-sm rounded-xl border border-line bg-surface p-6 shadow-float">
        <span className="text-accent">
          <Logo size={30} />
        </span>
        <h1 className="mt-3 text-xl">{title}</h1>
        <p className="mt-0.5 mb-5 text-muted">{lead}</p>
        {children}
      </div>
    </main>
  );
}

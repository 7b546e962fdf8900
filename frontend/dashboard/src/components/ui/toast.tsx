'use client';

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Toast as Radix } from 'radix-ui';
import { createContext, use, useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useErrorWords } from '@/lib/error-words';

type Note = {
  id: number;
  tone: 'good' | 'bad';
  title: string;
  detail?: string | undefined;
  action?: { label: string; onClick: () => void } | undefined;
};
type Toasts = {
  say: (title: string, more?: { detail?: string; action?: { label: string; onClick: () => void } }) => void;
  fail: (title: string, error: unknown) => void;
};
const Context = createContext<Toasts | null>(null);
let lastId = 0;

/** `say` for what was done, `fail` for what could not be done (stays longer). */
export function useToast(): Toasts {
  const toasts = use(Context);
  if (!toasts) throw new Error('useToast needs ToastProvider above it');
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations('common.toast');
  const errorWords = useErrorWords();
  const [notes, setNotes] = useState<Note[]>([]);
  const add = useCallback(
    (note: Omit<Note, 'id'>) => setNotes((all) => [...all.slice(-3), { ...note, id: (lastId += 1) }]),
    [],
  );
  const toasts = useMemo<Toasts>(
    () => ({
      say: (title, more) => add({ tone: 'good', title, ...more }),
      fail: (title, error) => add({ tone: 'bad', title, detail: errorWords(error) }),
    }),
    [add, errorWords],
  );
  return (
    <Context value={toasts}>
      <Radix.Provider swipeDirection="right" label={t('notification')}>
        {children}
        {notes.map((note) => (
          <Radix.Root
            key={note.id}
            duration={note.tone === 'bad' ? 10_000 : 4_500}
            type={note.tone === 'bad' ? 'foreground' : 'background'}
            onOpenChange={(open) => {
              if (!open) setNotes((all) => all.filter((each) => each.id !== note.id));
            }}
            className="flex items-start gap-2.5 rounded-lg border border-line bg-raised p-3 shadow-over animate-appear"
          >
            {note.tone === 'good' ? (
              <CircleCheck size={16} className="mt-px shrink-0 text-good" aria-hidden />
            ) : (
              <CircleAlert size={16} className="mt-px shrink-0 text-bad" aria-hidden />
            )}
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-medium">{note.title}</Radix.Title>
              {note.detail ? <Radix.Description className="text-xs text-muted">{note.detail}</Radix.Description> : null}
              {note.action ? (
                <Radix.Action asChild altText={note.action.label}>
                  <button
                    type="button"
                    onClick={note.action.onClick}
                    className="mt-1 font-medium text-accent hover:underline"
                  >
                    {note.action.label}
                  </button>
                </Radix.Action>
              ) : null}
            </div>
            <Radix.Close
              aria-label={t('dismiss')}
              className="grid size-5 shrink-0 place-items-center rounded-sm text-muted hover:text-ink"
            >
              <X size={14} />
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport className="fixed right-4 bottom-4 z-70 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none max-sm:bottom-17" />
      </Radix.Provider>
    </Context>
  );
}

'use client';

import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { PickInput } from './pick-input';
import type { PickItem } from './pick-input';

type PickManyProps = Omit<ComponentProps<typeof PickInput>, 'chosen' | 'onChoose' | 'disabled'> & {
  chosen: readonly PickItem[];
  /** Ids of all that are chosen. */
  onChange: (ids: string[]) => void;
  /** So many can be chosen. */
  most?: number | undefined;
  /** What is chosen is shown, and nothing can be changed. */
  readOnly?: boolean;
};

/** Several of a list that is too long to show: those that are chosen, and a search that adds one. */
export function PickMany({ chosen, onChange, items, most = Infinity, readOnly = false, ...pick }: PickManyProps) {
  const t = useTranslations('common.pickMany');
  const ids = chosen.map(({ id }) => id);
  return (
    <div className="space-y-1.5">
      {chosen.length > 0 ? (
        <ul className="flex flex-wrap gap-1">
          {chosen.map(({ id, label, hint }) => (
            <li
              key={id}
              className={cx(
                'flex h-6 max-w-full items-center gap-1 rounded-md border border-line bg-canvas pl-2 text-xs',
                readOnly ? 'pr-2' : 'pr-0.5',
              )}
            >
              <span className="min-w-0 truncate font-medium">{label}</span>
              {hint ? <span className="shrink-0 text-muted tabular-nums">{hint}</span> : null}
              {readOnly ? null : (
                <button
                  type="button"
                  aria-label={t('remove', { name: label })}
                  onClick={() => onChange(ids.filter((each) => each !== id))}
                  className="grid size-5 shrink-0 place-items-center rounded-sm text-muted hover:bg-line hover:text-ink"
                >
                  <X size={12} strokeWidth={2} aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {chosen.length < most && !readOnly ? (
        <PickInput
          {...pick}
          chosen={null}
          items={items.filter(({ id }) => !ids.includes(id))}
          onChoose={({ id }) => onChange([...ids, id])}
        />
      ) : null}
    </div>
  );
}

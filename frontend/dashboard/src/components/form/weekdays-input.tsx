'use client';

import { weekdayWords } from '@wend/contract/plain';
import type { Json } from '@wend/contract';
import { cx } from '@/lib/cx';

/** Days of the week, 1 is Monday. */
export function WeekdaysInput({ value, onChange }: { value: readonly Json[]; onChange: (value: Json) => void }) {
  return (
    <div className="flex gap-1">
      {[1, 2, 3, 4, 5, 6, 7].map((day) => {
        const on = value.includes(day);
        return (
          <button
            key={day}
            type="button"
            aria-pressed={on}
            title={weekdayWords(day)}
            onClick={() =>
              onChange(
                on ? value.filter((each) => each !== day) : [...value, day].sort((a, b) => Number(a) - Number(b)),
              )
            }
            className={cx(
              'relative h-8 flex-1 rounded-md border text-xs font-medium',
              on
                ? 'border-accent bg-accent-soft text-accent'
                : 'border-line-strong bg-raised text-muted hover:border-control hover:text-ink',
            )}
          >
            {/* A name that begins with what is seen, but is another word, is no use to who speaks it. */}
            <span aria-hidden>{weekdayWords(day).slice(0, 2)}</span>
            <span className="sr-only">{weekdayWords(day)}</span>
          </button>
        );
      })}
    </div>
  );
}

import type { Operand, Window } from '@wend/contract';
import { spanSeconds } from '../rule-model';
import type { Span } from '../rule-model';

/** How a window is written: without one, so long before now, days of the calendar, or two dates. */
export const windowKinds = ['ever', 'within', 'days', 'between'] as const;
export type WindowKind = (typeof windowKinds)[number];

const longest = 63_072_000;

export function kindOf({ withinSeconds, withinDays, from, to }: Window): WindowKind {
  if (withinSeconds !== undefined) return 'within';
  if (withinDays !== undefined) return 'days';
  return from !== undefined || to !== undefined ? 'between' : 'ever';
}

/** A window of another kind, about as long where that can be said; `today` (YYYY-MM-DD) begins one between dates. */
export function windowOf(kind: WindowKind, { was, today }: { was: Window; today: string }): Window {
  const days =
    was.withinDays ?? (was.withinSeconds === undefined ? 7 : Math.max(1, Math.round(was.withinSeconds / 86_400)));
  switch (kind) {
    case 'ever':
      return {};
    case 'within':
      return { withinSeconds: days * 86_400 };
    case 'days':
      return { withinDays: days };
    case 'between':
      return { from: today };
  }
}

/** So long before now, as long as can be asked for. */
export function within(span: { amount: number; unit: Span }): Window {
  return { withinSeconds: Math.min(Math.max(spanSeconds(span), 60), longest) };
}

type Windowed = Extract<Operand, Window>;

/** The operand with another window in the place of its own. */
export function withWindow<Of extends Windowed>(operand: Of, window: Window): Of {
  const { withinSeconds: _seconds, withinDays: _days, from: _from, to: _to, ...rest } = operand;
  return { ...rest, ...window } as Of;
}

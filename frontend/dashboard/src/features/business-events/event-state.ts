import type { BusinessEvent } from '@wend/contract';
import type { Tone } from '@/components/ui/badge';

/** How far an event is, of all journeys that it lets people into. */
export type EventState = 'running' | 'failed' | 'stopped' | 'done' | 'nobody' | 'unheard';

export const stateTones: Record<EventState, Tone> = {
  running: 'accent',
  failed: 'bad',
  stopped: 'warn',
  done: 'good',
  nobody: 'neutral',
  unheard: 'neutral',
};

/** While people come in anywhere it runs; then what went wrong says more than what went well. */
export function stateOf({ entries }: Pick<BusinessEvent, 'entries'>): EventState {
  if (entries.length === 0) return 'unheard';
  const states = entries.flatMap(({ batch }) => batch?.state ?? []);
  if (states.some((state) => state === 'gathering' || state === 'running')) return 'running';
  for (const state of ['failed', 'stopped', 'done'] as const) if (states.includes(state)) return state;
  // Of a journey that was deleted nobody knows any more how far it was.
  return entries.some(({ batchId }) => batchId !== null) ? 'done' : 'nobody';
}

import type { FastForward } from '@wend/contract';
import { durationWords } from '@wend/contract/plain';
import { formatTime } from '../runs/format';

/** What is going on: `Skipping 1 day`. */
export function passingWords({ to }: Pick<FastForward, 'to'>, zone?: string | null): string {
  if (to === 'next') return 'Skipping to the next step';
  if (to === 'end') return 'Skipping to the end';
  return 'seconds' in to ? `Skipping ${durationWords(to.seconds)}` : `Skipping to ${formatTime(to.until, { style: 'date', zone })}`;
}

export function waitsWords(waits: number): string {
  return waits === 1 ? '1 wait passed' : `${waits.toLocaleString('en')} waits passed`;
}

/** How much of the way is done, from 0 to 1; null where nobody knows how long it is. */
export function shareDone({ from, until, runTime }: Pick<FastForward, 'from' | 'until' | 'runTime'>): number | null {
  if (until === null) return null;
  const whole = Date.parse(until) - Date.parse(from);
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (Date.parse(runTime) - Date.parse(from)) / whole));
}

/** What there is to say once no more time passes; null when it went as asked. */
export function outcomeWords({ state, reached, waits, error }: Pick<FastForward, 'state' | 'reached' | 'waits' | 'error'>): { tone: 'plain' | 'bad'; text: string } | null {
  switch (state) {
    case 'running':
      return null;
    case 'done':
      return reached === 'event' ? { tone: 'plain', text: 'The run waits for an event. Time alone takes it no further: send one.' } : null;
    case 'cancelled':
      return { tone: 'plain', text: `Cancelled after ${waits === 1 ? '1 wait' : `${waits.toLocaleString('en')} waits`}. The run goes on from here.` };
    case 'interrupted':
      return { tone: 'bad', text: 'Interrupted: the server stopped while time was passing. Skip again to go on from here.' };
    case 'failed':
      return { tone: 'bad', text: `Time did not pass. ${error?.message ?? ''}`.trim() };
  }
}

import { graph as graphSchema } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { z } from 'zod';

/**
 * A copy of an unsaved draft in this browser, written with every change and removed once the server has it: closing the window, a crash or
 * a lost connection lose nothing.
 */
const backup = z.object({ revision: z.number().int(), at: z.number(), graph: graphSchema });
export type DraftBackup = z.infer<typeof backup>;

function key(journeyId: string): string {
  return `wend-draft-${journeyId}`;
}

export function writeBackup({ journeyId, revision, graph }: { journeyId: string; revision: number; graph: Graph }): void {
  try {
    localStorage.setItem(key(journeyId), JSON.stringify({ revision, at: Date.now(), graph }));
  } catch {
    // Storage is full or forbidden: the server save, which is on its way, is then the only copy.
  }
}

export function readBackup(journeyId: string): DraftBackup | null {
  try {
    const text = localStorage.getItem(key(journeyId));
    const parsed = text === null ? null : backup.safeParse(JSON.parse(text));
    return parsed?.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function removeBackup(journeyId: string): void {
  try {
    localStorage.removeItem(key(journeyId));
  } catch {
    // Nothing was stored, then.
  }
}

import type { Graph } from '@wend/contract';
import { loadChecks } from './load-checks';

/**
 * A copy of an unsaved draft in this browser, written with every change and removed once the server has it: closing the window, a crash or
 * a lost connection lose nothing.
 */
export type DraftBackup = { revision: number; at: number; graph: Graph };

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

export async function readBackup(journeyId: string): Promise<DraftBackup | null> {
  const text = storedText(journeyId);
  if (text === null) return null;
  const { backup } = await loadChecks();
  try {
    return backup.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function storedText(journeyId: string): string | null {
  try {
    return localStorage.getItem(key(journeyId));
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

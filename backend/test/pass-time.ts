import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';

let passed = 0;

/**
 * Lets time pass for what measures it by `performance.now`, as lru-cache does; that looks at the clock once a
 * millisecond at most. `vi.restoreAllMocks` brings the present back.
 */
export async function passTime(ms: number): Promise<void> {
  if (!vi.isMockFunction(performance.now)) {
    passed = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  }
  passed += ms;
  await delay(5);
}

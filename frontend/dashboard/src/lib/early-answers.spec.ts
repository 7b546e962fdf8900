import { afterEach, describe, expect, it, vi } from 'vitest';
import { earlyScript, takeEarlyAnswer } from './early-answers';

const id = '1cf85d46-d132-49fc-b0f7-58ed6f3fd2cf';
const run = (script: string | null) => new Function('self', script ?? '')(globalThis) as unknown;

describe('answers that the document asks for', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    globalThis.wendEarly = undefined;
  });

  it('are those of a journey’s page alone', () => {
    expect(earlyScript(`/journeys/${id}?layer=live`)).toContain(`/api/journeys/${id}`);
    for (const path of ['/journeys', `/profiles/${id}`, `/journeys/${id}/x`, '/journeys/"]);alert(1)//'])
      expect(earlyScript(path)).toBeNull();
  });

  it('are taken once', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.resolve(new Response('{}'))),
    );
    run(earlyScript(`/journeys/${id}`));
    expect(await takeEarlyAnswer(`/api/journeys/${id}`, 500)).toBeInstanceOf(Response);
    expect(takeEarlyAnswer(`/api/journeys/${id}`, 600)).toBeNull();
    expect(takeEarlyAnswer('/api/journeys', 600)).toBeNull();
  });

  it('are left when they are old, or never came', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.reject(new TypeError('Failed to fetch'))),
    );
    run(earlyScript(`/journeys/${id}`));
    expect(takeEarlyAnswer('/api/node-types', 20_000)).toBeNull();
    expect(await takeEarlyAnswer(`/api/journeys/${id}`, 500)).toBeNull();
  });
});

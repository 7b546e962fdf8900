import { describe, expect, it } from 'vitest';
import { assembleFigures } from './figures.js';
import { Remembered } from './remembered.js';

describe('assembleFigures', () => {
  it('adds up what was counted, by node', () => {
    const figures = assembleFigures({
      version: 3, sendNodes: ['mail', 'later'], recent: [], medians: [{ node: 'wait', seconds: 12.3456 }],
      measures: [
        { node: 'entry', measure: 'entered', count: 10 }, { node: 'entry', measure: 'port:next', count: 10 },
        { node: 'mail', measure: 'entered', count: 10 }, { node: 'mail', measure: 'port:queued', count: 7 }, { node: 'mail', measure: 'port:notReachable', count: 3 },
        { node: 'mail', measure: 'message:sent', count: 6 }, { node: 'mail', measure: 'message:failed', count: 1 }, { node: 'mail', measure: 'message:bounced', count: 2 }, { node: 'mail', measure: 'message:queued', count: 7 },
        { node: 'wait', measure: 'entered', count: 10 }, { node: 'wait', measure: 'port:a:b', count: 2 }, { node: 'wait', measure: 'port:', count: 3 },
      ],
      waiting: [{ node: 'wait', count: 5 }, { node: null, count: 1 }],
      ended: [{ status: 'completed', count: 2 }, { status: 'exited', count: 1 }, { status: 'cancelled', count: 1 }, { status: 'failed', count: 1 }],
    });
    expect(figures).toMatchObject({ version: 3, entered: 11, active: 6, completed: 2, exited: 2, failed: 1 });
    expect(figures.nodes['mail']).toEqual({ waiting: 0, entered: 10, left: 10, ports: { queued: 7, notReachable: 3 }, messages: { queued: 7, sent: 6, delivered: 0, opened: 0, clicked: 0, failed: 3 }, medianSeconds: null });
    expect(figures.nodes['wait']).toEqual({ waiting: 5, entered: 10, left: 5, ports: { 'a:b': 2 }, messages: null, medianSeconds: 12.346 });
    expect(figures.nodes['later']!.messages).toEqual({ queued: 0, sent: 0, delivered: 0, opened: 0, clicked: 0, failed: 0 });
  });
});

describe('Remembered', () => {
  it('loads once for all who ask at once, and again after a failure', async () => {
    const remembered = new Remembered<number>();
    let loads = 0;
    const load = async () => ++loads;
    expect(await Promise.all([1, 2, 3].map(() => remembered.get('a', { freshMs: 60_000, load })))).toEqual([1, 1, 1]);
    expect(await remembered.get('a', { freshMs: 60_000, load })).toBe(1);
    expect(await remembered.get('b', { freshMs: 0, load })).toBe(2);
    await expect(remembered.get('c', { freshMs: 60_000, load: async () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
    expect(await remembered.get('c', { freshMs: 60_000, load })).toBe(3);
  });
});

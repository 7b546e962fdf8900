import { describe, expect, it } from 'vitest';
import { assembleFigures } from './figures.js';

describe('assembleFigures', () => {
  it('adds up what was counted, by node', () => {
    const figures = assembleFigures({
      version: 3,
      allVersions: true,
      versions: [{ number: 3, publishedAt: new Date(0) }],
      sendNodes: ['mail', 'later'],
      recent: [],
      medians: [{ node: 'wait', seconds: 12.3456 }],
      measures: [
        { node: 'entry', measure: 'entered', count: 10 },
        { node: 'entry', measure: 'port:next', count: 10 },
        { node: 'mail', measure: 'entered', count: 10 },
        { node: 'mail', measure: 'port:queued', count: 7 },
        { node: 'mail', measure: 'port:notReachable', count: 3 },
        { node: 'mail', measure: 'message:sent', count: 6 },
        { node: 'mail', measure: 'message:failed', count: 1 },
        { node: 'mail', measure: 'message:bounced', count: 2 },
        { node: 'mail', measure: 'message:queued', count: 7 },
        { node: 'mail', measure: 'machine:opened', count: 3 },
        { node: 'mail', measure: 'message:unknown', count: 2 },
        { node: 'mail', measure: 'message:unknown', count: -1 },
        { node: 'mail', measure: 'message:suppressed:unsubscribed', count: 2 },
        { node: 'mail', measure: 'message:suppressed', count: 1 },
        { node: '', measure: 'run:entered', count: 11 },
        { node: '', measure: 'run:completed', count: 2 },
        { node: '', measure: 'run:exited', count: 1 },
        { node: '', measure: 'run:cancelled', count: 1 },
        { node: '', measure: 'run:failed', count: 1 },
        { node: 'wait', measure: 'entered', count: 10 },
        { node: 'wait', measure: 'port:a:b', count: 2 },
        { node: 'wait', measure: 'port:', count: 3 },
      ],
      waiting: [
        { node: 'wait', count: 5 },
        { node: null, count: 1 },
      ],
      failing: [{ node: 'mail', count: 2 }],
    });
    expect(figures).toMatchObject({
      version: 3,
      allVersions: true,
      versions: [{ number: 3, publishedAt: '1970-01-01T00:00:00.000Z' }],
      entered: 11,
      active: 6,
      completed: 2,
      exited: 1,
      cancelled: 1,
      failed: 1,
    });
    expect(figures.nodes['mail']).toEqual({
      waiting: 0,
      entered: 10,
      left: 10,
      ports: { queued: 7, notReachable: 3 },
      messages: {
        queued: 7,
        sent: 6,
        delivered: 0,
        opened: 0,
        clicked: 0,
        failed: 3,
        unknown: 1,
        suppressed: { unsubscribed: 2, other: 1 },
        machineOpens: 3,
        machineClicks: 0,
        failing: 2,
      },
      medianSeconds: null,
    });
    expect(figures.nodes['wait']).toEqual({
      waiting: 5,
      entered: 10,
      left: 5,
      ports: { 'a:b': 2 },
      messages: null,
      medianSeconds: 12.346,
    });
    expect(figures.nodes['later']!.messages).toEqual({
      queued: 0,
      sent: 0,
      delivered: 0,
      opened: 0,
      clicked: 0,
      failed: 0,
      unknown: 0,
      suppressed: {},
      machineOpens: 0,
      machineClicks: 0,
      failing: 0,
    });
  });
});

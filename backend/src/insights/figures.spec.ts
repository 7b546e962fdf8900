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
        { node: '', measure: 'control:run:entered', count: 4 },
        { node: '', measure: 'control:run:completed', count: 1 },
        { node: 'mail', measure: 'control:entered', count: 4 },
        { node: 'mail', measure: 'control:port:queued', count: 3 },
        { node: 'mail', measure: 'control:message:queued', count: 3 },
        { node: 'mail', measure: 'control:message:suppressed:holdout', count: 3 },
      ],
      waiting: [
        { node: 'wait', count: 7 },
        { node: null, count: 1 },
      ],
      // Of those who wait, two are of the control group.
      controls: [{ node: 'wait', count: 2 }],
      held: [{ node: 'mail', rule: 'quiet', count: 5 }],
      failing: [{ node: 'mail', count: 2 }],
      goals: {
        goals: [{ id: 'g', name: 'Purchase', event: 'Bought', withinSeconds: 60 }],
        totals: [
          { goal: 'g', control: false, currency: 'EUR', runs: 2, hits: 3, value: 9.5 },
          { goal: 'g', control: false, currency: '', runs: 1, hits: 1, value: 0 },
          { goal: 'g', control: true, currency: 'EUR', runs: 1, hits: 1, value: 4 },
        ],
        touches: [
          { goal: 'g', node: '', first: 1, last: 1 },
          { goal: 'g', node: 'mail', first: 3, last: 2 },
        ],
      },
    });
    expect(figures).toMatchObject({
      version: 3,
      allVersions: true,
      versions: [{ number: 3, publishedAt: '1970-01-01T00:00:00.000Z' }],
      goals: [
        {
          id: 'g',
          runs: 3,
          conversions: 4,
          values: [{ currency: 'EUR', value: 9.5 }],
          control: { runs: 1, conversions: 1, values: [{ currency: 'EUR', value: 4 }] },
          touches: [{ node: 'mail', first: 3, last: 2 }],
          untouched: 1,
        },
      ],
      entered: 11,
      active: 6,
      completed: 2,
      exited: 1,
      cancelled: 1,
      failed: 1,
      control: { entered: 4, active: 2, completed: 1, exited: 0, cancelled: 0, failed: 0 },
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
        held: { quiet: 5 },
        machineOpens: 3,
        machineClicks: 0,
        failing: 2,
      },
      medianSeconds: null,
      control: { waiting: 0, entered: 4, left: 3 },
    });
    expect(figures.nodes['wait']).toEqual({
      waiting: 5,
      entered: 10,
      left: 5,
      ports: { 'a:b': 2 },
      messages: null,
      medianSeconds: 12.346,
      control: { waiting: 2, entered: 0, left: 0 },
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
      held: {},
      machineOpens: 0,
      machineClicks: 0,
      failing: 0,
    });
  });
});

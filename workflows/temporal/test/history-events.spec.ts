import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@wend/contract';
import { enrollmentWorkflowId } from '../src/index.js';
import { historyOf, resultOf, startEnvironment, startOf, until } from './environment.js';
import type { Environment } from './environment.js';
import { eventOf } from './memory-carrier.js';
import {
  act,
  back,
  branch,
  change,
  claims,
  digest,
  end,
  entry,
  programOf,
  send,
  split,
  throttle,
  wait,
  waitFor,
} from './programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

async function eventsOf(program: Program, act?: (workflowId: string, id: string) => Promise<void>): Promise<number> {
  const start = startOf(program);
  await environment.runs.start(start);
  await act?.(enrollmentWorkflowId(start.identity.enrollmentId), start.identity.enrollmentId);
  await resultOf(environment, start);
  return (await historyOf(environment, start)).events?.length ?? 0;
}

const straight = () => programOf([entry(1), end('exit', 'done')]);

describe('events in the history of a run', () => {
  it('are at most 8 for entry, message, end', async () => {
    expect(await eventsOf(programOf([entry(1), send('mail', 2), end('exit', 'done')]))).toBeLessThanOrEqual(8);
  });

  it('do not grow with messages, branches, splits, turns and actions without a wait between them', async () => {
    const one = await eventsOf(programOf([entry(1), send('mail', 2), end('exit', 'done')]));
    const many = await eventsOf(
      programOf([
        entry(1),
        send('mail', 2),
        branch('branch', 3),
        split('split', 4),
        send('mail2', 5),
        send('mail3', 6),
        act('act', 7),
        act('act2', 8),
        change('change', 9),
        back('back', 3, { to: 1, over: 10 }),
        end('exit', 'done'),
      ]),
    );
    expect(many).toBe(one);
  });

  it('grow by at most 6 per wait', async () => {
    const base = await eventsOf(straight());
    const waiting = await eventsOf(programOf([entry(1), wait('wait', 1, 2), end('exit', 'done')]));
    expect(waiting - base).toBeLessThanOrEqual(6);
  });

  it('grow by at most 7 per wait for an event, by event and by time-out', async () => {
    const base = await eventsOf(straight());
    const program = (seconds: number) =>
      programOf([entry(1), waitFor('wait', 'Opened', { seen: 2, late: 2, seconds }), end('exit', 'done')]);
    const seen = await eventsOf(program(600), async (workflowId, id) => {
      await until(() => environment.carrier.opened(id).length > 0, 'the wait');
      await environment.runs.signal(
        { workflowId },
        { type: 'event', wait: 'wait#1', arm: 0, event: eventOf('opened', 'Opened') },
      );
    });
    expect(seen - base).toBeLessThanOrEqual(7);
    expect((await eventsOf(program(1))) - base).toBeLessThanOrEqual(7);
  });

  it('are for a wait that asks somebody what they are for any other', async () => {
    const events = async (asks: boolean) => {
      const plain = waitFor('wait', 'Opened', { seen: 2, late: 2, seconds: 600 });
      const program = programOf([
        entry(1),
        { ...plain, ...(asks ? { asks } : {}) } as typeof plain,
        end('exit', 'done'),
      ]);
      return eventsOf(program, async (workflowId, id) => {
        await until(() => environment.carrier.opened(id).length > 0, 'the wait');
        await environment.runs.signal(
          { workflowId },
          { type: 'event', wait: 'wait#1', arm: 0, event: eventOf('opened', 'Opened') },
        );
      });
    };
    expect(await events(true)).toBe(await events(false));
  });

  it('do not grow with what is undone when a run leaves early', async () => {
    const leaving = (undo: Program['undo']) =>
      eventsOf(
        {
          ...programOf([entry(1), act('act', 2), wait('wait', 600, 3), end('exit', 'done'), act('undo', 3)]),
          exits: [{ id: 'out', event: 'Out' }],
          ...(undo ? { undo } : {}),
        },
        async (workflowId, id) => {
          await until(() => environment.carrier.opened(id).length > 0, 'the wait');
          await environment.runs.signal(
            { workflowId },
            { type: 'exit', criterion: 'out', event: eventOf('out', 'Out') },
          );
        },
      );
    expect(await leaving({ act: 4 })).toBe(await leaving(undefined));
  });

  it('grow by one read per throttle, which wakes nobody', async () => {
    environment.carrier.answers = { 0: { port: 'next' } };
    const base = await eventsOf(straight());
    const one = await eventsOf(programOf([entry(1), throttle('throttle', 2), end('exit', 'done')], { facts: claims }));
    const two = await eventsOf(
      programOf([entry(1), throttle('throttle', 2), throttle('again', 3), end('exit', 'done')], { facts: claims }),
    );
    expect(one - base).toBe(1);
    expect(two - base).toBe(2);
  });

  it('grow by at most a wait and two reads for whoever opens a digest, and by one read for whoever joins one', async () => {
    const base = await eventsOf(straight());
    const program = programOf([entry(1), digest('digest', 1, 2), end('exit', 'done')], { facts: claims });
    environment.carrier.answers = { 1: { port: 'opened' }, 2: { events: [], count: 1 } };
    expect((await eventsOf(program)) - base).toBeLessThanOrEqual(8);
    environment.carrier.answers = { 1: { port: 'joined' } };
    expect((await eventsOf(program)) - base).toBe(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FastForwardService, Runs } from '../src/enrollments/index.js';
import { fastForward, pathOf, runOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

const day = 86_400;
const dayMs = day * 1_000;

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

const wait = (id: string, to: string | null, days = 1): Step => ({
  id,
  type: 'wend/wait',
  config: { duration: { amount: days, unit: 'days' } },
  to: to ? { next: to } : {},
});
const mail = (id: string, to: string): Step => ({
  id,
  type: 'wend/email',
  config: { subject: 'Day', body: '<p>Day</p>' },
  to: { queued: to },
});

async function begin(steps: Step[]): Promise<{ id: string; path: string }> {
  const created = await chain.owner.send('POST', '/api/journeys', { name: 'Forward', graph: graphOf(steps) });
  const started = await chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, {
    traits: { email: 'a@example.com' },
    properties: {},
  });
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  return { id: started.body.enrollmentId, path: `/api/enrollments/${started.body.enrollmentId}/fast-forward` };
}
const daily = [entry('Daily', 'mail'), mail('mail', 'wait'), wait('wait', 'mail')];
const state = async (path: string) => (await chain.owner.get(path)).body;

describe('a fast-forward', () => {
  it('answers at once, goes on in the background from wait to wait, and says how far it is; every message has the time of its day', async () => {
    const { id, path } = await begin(daily);
    const began = Date.now();
    const started = await chain.owner.send('POST', path, { to: { seconds: 40 * day } });
    expect(started).toMatchObject({
      status: 202,
      body: { state: 'running', to: { seconds: 40 * day }, waits: 0, reached: null, error: null, endedAt: null },
    });
    const between = await until(async () => {
      const body = await state(path);
      return body.waits >= 3 && body;
    }, 'some waits');
    expect(between.state).toBe('running');
    expect(Date.parse(between.runTime)).toBeGreaterThan(Date.parse(between.from) + 2 * dayMs);
    expect(Date.parse(between.until)).toBeGreaterThanOrEqual(Date.parse(between.from) + 40 * dayMs);
    const done = await until(
      async () => {
        const body = await state(path);
        return body.state !== 'running' && body;
      },
      'the fast-forward',
      60_000,
    );
    // A second for each wait is what it took when the server held every timer back.
    expect(Date.now() - began).toBeLessThan(24_000);
    expect(done).toMatchObject({ state: 'done', reached: 'target', cancelling: false, endedAt: expect.any(String) });
    expect(done.waits).toBeGreaterThanOrEqual(39);
    expect(Math.abs(Date.parse(done.runTime) - Date.parse(done.until))).toBeLessThan(5_000);

    const run = await runOf(chain, id);
    expect(run.fastForward).toMatchObject({ id: done.id, state: 'done' });
    expect(Math.abs(Date.parse(run.runTime) - Date.parse(done.until))).toBeLessThan(30_000);
    const messages = [...run.messages].sort((a: any, b: any) => Date.parse(a.queuedAt) - Date.parse(b.queuedAt));
    expect(messages.length).toBe(done.waits + 1);
    for (const [index, { status, queuedAt, sentAt }] of messages.entries()) {
      expect(status).toBe('delivered');
      expect(Math.abs(Date.parse(queuedAt) - Date.parse(messages[0].queuedAt) - index * dayMs)).toBeLessThan(60_000);
      expect(Math.abs(Date.parse(sentAt) - Date.parse(queuedAt))).toBeLessThan(60_000);
    }
  });

  it('is refused while another one of the run is under way, as are events; cancelled it stops, and can be begun again', async () => {
    const { id, path } = await begin(daily);
    expect((await chain.owner.send('POST', `${path}/cancel`, {})).body).toMatchObject({
      status: 409,
      code: 'fast-forward-not-running',
    });
    expect((await chain.owner.send('POST', path, { to: 'end' })).status).toBe(202);
    await until(async () => (await state(path)).waits >= 2, 'some waits');
    expect((await chain.owner.send('POST', path, { to: 'next' })).body).toMatchObject({
      status: 409,
      code: 'fast-forward-running',
      detail: expect.stringContaining('already'),
    });
    expect((await chain.owner.send('POST', `/api/enrollments/${id}/test-events`, { event: 'Any' })).body).toMatchObject(
      { status: 409, code: 'fast-forward-running' },
    );
    expect((await chain.owner.send('POST', `${path}/cancel`, {})).status).toBe(200);
    const cancelled = await until(async () => {
      const body = await state(path);
      return body.state !== 'running' && body;
    }, 'the end');
    expect(cancelled).toMatchObject({ state: 'cancelled', reached: null, cancelling: false });
    expect((await runOf(chain, id)).status).toBe('running');
    expect(await fastForward(chain, id, 'next')).toMatchObject({ state: 'done', waits: 1, reached: 'target' });
  });

  it('shows as interrupted when its process stops or dies, and goes on from where the run truly is', async () => {
    const { id, path } = await begin(daily);
    await chain.owner.send('POST', path, { to: 'end' });
    await until(async () => (await state(path)).waits >= 2, 'some waits');
    await chain.api.app.get(FastForwardService, { strict: false }).beforeApplicationShutdown();
    expect(await state(path)).toMatchObject({ state: 'interrupted', cancelling: false });
    expect((await chain.owner.send('POST', `${path}/cancel`, {})).status).toBe(409);
    // The process died after it had noted that three days pass, and before it asked the server to let them pass.
    await chain.api.database.query(`update enrollments set run_offset_ms = run_offset_ms + $2 where id = $1`, [
      id,
      3 * dayMs,
    ]);
    const passed = await fastForward(chain, id, 'next');
    expect(passed).toMatchObject({ state: 'done', waits: 1 });
    const run = await runOf(chain, id);
    expect(Math.abs(Date.parse(run.runTime) - Date.parse(run.steps.at(-1).at))).toBeLessThan(30_000);
  });

  it('stops working when another one has taken its place', async () => {
    const { id, path } = await begin(daily);
    await chain.owner.send('POST', path, { to: 'end' });
    await until(async () => (await state(path)).waits >= 1, 'a wait');
    // As if this process had stood still for longer than its lease.
    await chain.api.database.query(
      `update fast_forwards
        set lease_until = now() - interval '1 minute', id = gen_random_uuid()
        where enrollment_id = $1`,
      [id],
    );
    const jobs = (chain.api.app.get(FastForwardService, { strict: false }) as unknown as { jobs: Map<string, unknown> })
      .jobs;
    await until(() => jobs.size === 0, 'the work to end');
    expect((await state(path)).state).toBe('interrupted');
  });

  it('says that a run waits for an event only, and where a run has ended', async () => {
    const { id } = await begin([
      entry('Ends', 'first'),
      wait('first', 'watch'),
      {
        id: 'watch',
        type: 'wend/wait-for-events',
        config: {
          events: [{ id: 'done', label: 'Done', trigger: { kind: 'event', event: 'Done' } }],
          timeout: { amount: 3, unit: 'days' },
          lookBack: false,
        },
        to: { timeout: 'last', done: 'last' },
      },
      wait('last', null),
    ]);
    expect(await fastForward(chain, id, { seconds: 1.5 * day })).toMatchObject({ waits: 1, reached: 'target' });
    expect(pathOf(await runOf(chain, id))).toEqual(['entry:next', 'first:next']);
    expect(await fastForward(chain, id, 'end')).toMatchObject({
      waits: 2,
      reached: 'end',
      runTime: (await runOf(chain, id)).endedAt,
    });
    expect(pathOf(await runOf(chain, id))).toEqual(['entry:next', 'first:next', 'watch:timeout', 'last:next']);
    expect((await chain.owner.send('POST', `/api/enrollments/${id}/fast-forward`, { to: 'next' })).body).toMatchObject({
      status: 409,
      code: 'run-ended',
    });
  });

  it('fails with what to do when the Temporal server has lost the run', async () => {
    const { id, path } = await begin(daily);
    await fastForward(chain, id, 'next');
    await chain.api.app.get(Runs, { strict: false }).client.terminate(`enrollment/${id}`, 'test');
    await chain.owner.send('POST', path, { to: 'next' });
    const failed = await until(async () => {
      const body = await state(path);
      return body.state !== 'running' && body;
    }, 'the end');
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'run-lost', message: expect.stringContaining('Start another test run') },
    });
  });

  it('does not exist before there was one, and not for people', async () => {
    const { path } = await begin([entry('Nothing', 'wait'), wait('wait', null)]);
    expect((await chain.owner.get(path)).status).toBe(404);
    const analyst = await chain.workspace.member('analyst');
    expect((await analyst.send('POST', path, { to: 'next' })).status).toBe(403);
    expect((await analyst.send('POST', `${path}/cancel`, {})).status).toBe(403);
  });
});

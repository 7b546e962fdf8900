import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, publish, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const compare = (left: object, is: string, value: unknown) => ({ op: 'compare', left, is, value });
const planIs = (value: string) => compare({ source: 'trait', path: 'plan' }, 'equals', value);
const did = (event: string, withinSeconds: number) =>
  compare({ source: 'eventCount', event, withinSeconds }, 'atLeast', 1);
const inSegment = (segment: string, is = true) => compare({ source: 'segment', segment }, 'equals', is);

async function make(name: string, rule: object, more: object = {}): Promise<string> {
  const made = await chain.owner.send('POST', '/api/segments', { name, rule, ...more });
  expect([made.status, made.body.detail]).toEqual([201, undefined]);
  await until(
    async () => (await chain.owner.get(`/api/segments/${made.body.id}`)).body.build === null,
    `the segment ${name} to be built`,
  );
  return made.body.id;
}
const members = async (id: string): Promise<string[]> =>
  (await chain.owner.get(`/api/segments/${id}/members`)).body.items.map(
    ({ externalId }: { externalId: string }) => externalId,
  );
const why = async (id: string, externalId: string) =>
  (await chain.owner.get(`/api/segments/${id}/why?externalId=${externalId}`)).body;

/** Milliseconds until it is so. */
async function lag(id: string, externalId: string, is: boolean): Promise<number> {
  const began = performance.now();
  await until(async () => (await members(id)).includes(externalId) === is, `${externalId} ${is ? 'in' : 'out'}`);
  return performance.now() - began;
}

const nobody = '00000000-0000-4000-8000-000000000000';

describe('with a worker', () => {
  it('members follow traits, events and the time within two seconds, through segments that read segments', async () => {
    await identify(chain, { userId: 'ann', traits: { plan: 'pro' } });
    const pro = await make('Pro', planIs('pro'));
    const hot = await make('Hot', { op: 'all', rules: [inSegment(pro), did('Ordered', 4)] });
    const cold = await make('Cold', inSegment(hot, false));
    expect([await members(pro), await members(hot), await members(cold)]).toEqual([['ann'], [], ['ann']]);
    await track(chain, { userId: 'ann', event: 'Ordered' });
    const ordered = Date.now();
    expect(await lag(hot, 'ann', true)).toBeLessThan(2_000);
    expect(await members(cold)).toEqual([]);
    expect(await why(hot, 'ann')).toMatchObject({ member: true, answer: true, changesAt: expect.any(String) });
    await until(async () => !(await members(hot)).includes('ann'), 'the order to lapse');
    // It counts for four seconds, and the clocks of machines may be apart by some.
    expect(Date.now() - ordered).toBeGreaterThan(3_500);
    expect(Date.now() - ordered).toBeLessThan(6_500);
    expect(await members(cold)).toEqual(['ann']);
    expect(await why(hot, 'ann')).toMatchObject({ member: false, since: null, trace: { result: false } });
    await identify(chain, { userId: 'ann', traits: { plan: 'free' } });
    expect(await lag(pro, 'ann', false)).toBeLessThan(2_000);
  });

  it('a journey lets people in by what follows from a segment', async () => {
    const vip = await make('VIP', planIs('vip'));
    const graph: Graph = {
      nodes: {
        entry: {
          id: 'entry',
          type: 'wend/entry-segment',
          version: 1,
          name: 'Enters VIP',
          config: { segment: vip, on: 'entered' },
          position: { x: 0, y: 0 },
        },
      },
      edges: [],
      settings: { reentry: { rule: 'always' }, exitCriteria: [] },
    } as Graph;
    const journey = await publish(chain, { name: 'Greet', graph });
    await identify(chain, { userId: 'bob', traits: { plan: 'vip' } });
    await until(async () => (await runsOf(chain, journey)).length === 1, 'bob to come in');
    const uses = (await chain.owner.get(`/api/segments/${vip}/uses`)).body.items;
    expect(uses).toEqual([
      { kind: 'journey', id: journey, name: 'Greet', places: ['Enters VIP'], draft: true, live: true },
    ]);
    const removed = await chain.owner.send('DELETE', `/api/segments/${vip}`);
    expect([removed.status, removed.body.code, removed.body.errors]).toEqual([
      409,
      'segment-in-use',
      [{ path: `journey:${journey}`, message: 'Greet' }],
    ]);
    expect((await chain.owner.send('POST', `/api/segments/${vip}/archive`)).body.code).toBe('segment-in-use');
  });

  it(
    'two journeys that lead to each other through a rule are warned of, and end by themselves',
    { timeout: 90_000 },
    async () => {
      const on = await make('Flag is on', compare({ source: 'trait', path: 'flag' }, 'equals', 'on'));
      const flips = (how: 'entered' | 'left', value: string): Graph =>
        ({
          nodes: {
            entry: {
              id: 'entry',
              type: 'wend/entry-segment',
              version: 1,
              name: 'Flag',
              config: { segment: on, on: how },
              position: { x: 0, y: 0 },
            },
            set: {
              id: 'set',
              type: 'wend/set-trait',
              version: 1,
              name: 'Flip',
              config: { traits: [{ name: 'flag', value }] },
              position: { x: 0, y: 200 },
            },
          },
          edges: [{ id: 'e', from: 'entry', port: 'next', to: 'set' }],
          settings: { reentry: { rule: 'always' }, exitCriteria: [] },
        }) as unknown as Graph;
      const off = await publish(chain, { name: 'Switches off', graph: flips('entered', 'off') });
      const draft = await chain.owner.send('POST', '/api/journeys', {
        name: 'Switches on',
        graph: flips('left', 'on'),
      });
      const preview = await chain.owner.send('POST', `/api/journeys/${draft.body.id}/publish/preview`);
      expect(preview.body.issues.filter(({ code }: { code: string }) => code === 'journey-may-circle')).toMatchObject([
        { severity: 'warning', nodeId: 'set', message: expect.stringContaining('“Switches on” again') },
      ]);
      const published = await chain.owner.send('POST', `/api/journeys/${draft.body.id}/publish`, {
        token: preview.body.token,
      });
      expect(published.status, JSON.stringify(published.body)).toBe(201);
      await identify(chain, { userId: 'flip', traits: { flag: 'on' } });
      // The last change of membership is among the events, and starts nothing.
      await until(
        async () =>
          (
            await chain.api.database.query(
              `select 1 from events e join profiles p on p.id = e.profile_id
             where p.external_id = 'flip' and e.origin = 'import' and e.properties ->> 'segmentName' = 'Flag is on'`,
            )
          ).length === 1,
        'the circle to be stopped',
        60_000,
      );
      const count = (await runsOf(chain, off)).length + (await runsOf(chain, draft.body.id)).length;
      expect(count).toBe(11);
      await until(
        async () =>
          (await chain.api.database.query('select 1 from event_queue union all select 1 from profile_changes'))
            .length === 0,
        'all to be worked off',
      );
      expect((await runsOf(chain, off)).length + (await runsOf(chain, draft.body.id)).length).toBe(11);
    },
  );

  it('refuses a circle, and names who stands in it', async () => {
    const first = await make('First', planIs('x'));
    const second = await make('Second', inSegment(first));
    const third = await make('Third', { op: 'not', rule: inSegment(second) });
    const closed = await chain.owner.send('PATCH', `/api/segments/${first}`, { rule: inSegment(third), revision: 1 });
    expect([closed.status, closed.body.code, closed.body.detail]).toEqual([
      422,
      'segment-circle',
      'These segments would read each other in a circle: “First” → “Third” → “Second” → “First”.',
    ]);
    const gone = await chain.owner.send('POST', '/api/segments', {
      name: 'Fourth',
      rule: inSegment(nobody),
    });
    expect([gone.status, gone.body.code]).toEqual([422, 'unknown-segment']);
    const preview = await chain.owner.send('POST', '/api/segments/preview', {
      rule: inSegment(nobody),
    });
    expect([preview.status, preview.body.code]).toEqual([422, 'unknown-segment']);
    expect((await chain.owner.send('DELETE', `/api/segments/${first}`)).body.detail).toContain('segment “Second”');
  });

  it.each([
    [{ source: 'reachable', channel: 'pigeon' }, 'equals', true, 'invalid-rule', 'rule.left.channel'],
    [{ source: 'consent', channel: 'pigeon' }, 'equals', 'subscribed', 'invalid-rule', 'rule.left.channel'],
    [{ source: 'messages', state: 'sent', channel: 'pigeon' }, 'atLeast', 1, 'invalid-rule', 'rule.left.channel'],
    [{ source: 'messages', state: 'sent', journey: nobody }, 'atLeast', 1, 'unknown-journey', 'rule.left.journey'],
    [{ source: 'journeys', state: 'in', journey: nobody }, 'atLeast', 1, 'unknown-journey', 'rule.left.journey'],
  ])('refuses a rule about what is not there, and says where: %j', async (left, is, value, code, path) => {
    const rule = { op: 'compare', left, is, value };
    const answers = [
      await chain.owner.send('POST', '/api/segments', { name: `Nothing ${code} ${left.source}`, rule }),
      await chain.owner.send('POST', '/api/segments/preview', { rule }),
      await chain.owner.get(`/api/profiles?rule=${encodeURIComponent(JSON.stringify(rule))}`),
    ];
    for (const { status, body } of answers) expect([status, body.code, body.errors[0].path]).toEqual([422, code, path]);
  });

  it('says what a rule would make before it is saved', async () => {
    await identify(chain, { userId: 'zoe', traits: { plan: 'preview', email: 'zoe@example.com' } });
    const preview = async (body: object) => (await chain.owner.send('POST', '/api/segments/preview', body)).body;
    const seen = await preview({ rule: planIs('preview') });
    expect(seen).toMatchObject({ size: 1, reachableExact: true, sample: [{ externalId: 'zoe' }] });
    expect(seen.reachable).toContainEqual({ channel: 'email', count: 1 });
    expect(seen.reachable).toContainEqual({ channel: 'sms', count: 0 });
    expect(await preview({ rule: planIs('preview'), sizeOnly: true })).toMatchObject({ size: 1, sample: [] });
    expect(await preview({ rule: { op: 'any', rules: [] } })).toMatchObject({ code: 'invalid-rule' });
  });

  it('goes on with a build after the worker was stopped in the middle', async () => {
    await chain.stopWorker();
    const made = await chain.owner.send('POST', '/api/segments', { name: 'Late', rule: planIs('vip') });
    expect((await chain.owner.get(`/api/segments/${made.body.id}`)).body.build.state).toBe('waiting');
    await chain.restartWorker();
    await until(async () => (await members(made.body.id)).includes('bob'), 'the build to end');
  });
});

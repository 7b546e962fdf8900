import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

it(
  'a control group runs the same path as all others, is sent nothing, and counts apart',
  { timeout: 120_000 },
  async () => {
    const journeyId = await publish(chain, {
      name: 'Welcome with a control group',
      graph: graphOf(
        [
          entry('Joined', 'mail'),
          {
            id: 'mail',
            type: 'wend/email',
            config: { subject: 'Hello', body: '<p>Hello</p>', messageClass: 'transactional' },
            to: { queued: 'wait', notReachable: 'wait' },
          },
          {
            id: 'wait',
            type: 'wend/wait-for-events',
            config: {
              events: [
                { id: 'failed', label: 'Failed', trigger: { kind: 'event', event: 'Message Failed' } },
                { id: 'done', label: 'Done', trigger: { kind: 'event', event: 'Done' } },
              ],
              timeout: { amount: 1, unit: 'days' },
              lookBack: true,
            },
            to: {},
          },
        ],
        { holdout: { percent: 50, control: true } },
      ),
    });
    const people = Array.from({ length: 16 }, (_, index) => `person-${index}`);
    for (const userId of people) {
      await identify(chain, { userId, traits: { email: `${userId}@example.com` } });
      await track(chain, { userId, event: 'Joined' });
    }
    const here = await until(async () => {
      const runs = await runsOf(chain, journeyId);
      return runs.filter(({ node }) => node === 'wait').length === people.length && runs;
    }, 'everybody to wait');
    const control = here.filter((run: any) => run.control === true);
    const others = here.filter((run: any) => run.control === false);
    expect([control.length + others.length, control.length > 0, others.length > 0]).toEqual([16, true, true]);
    const messagesOf = async () =>
      (await chain.owner.get(`/api/messages?journeyId=${journeyId}&limit=100`)).body.items as any[];
    const messages = await until(async () => {
      const all = await messagesOf();
      return all.length === 16 && all.every(({ status }) => !['queued', 'sending'].includes(status)) && all;
    }, 'all messages to be decided');
    const held = messages.filter(({ reason }) => reason === 'holdout');
    expect(held.map(({ enrollmentId }) => enrollmentId).sort()).toEqual(control.map(({ id }: any) => id).sort());
    expect(held[0].ruling).toMatchObject({ rule: 'holdout', what: 'control' });
    const why = await chain.owner.get(`/api/messages/${held[0].id}/explanation`);
    expect(why.body.sentence).toMatch(/^It was not sent\. This person is in the control group of the journey/);
    for (const userId of people) await track(chain, { userId, event: 'Done' });
    await until(
      async () => (await runsOf(chain, journeyId)).every(({ status }) => status === 'completed'),
      'all runs to end',
    );
    const paths = await Promise.all(here.map(async ({ id }: any) => pathOf(await runOf(chain, id)).join()));
    expect(new Set(paths)).toEqual(new Set(['entry:next,mail:queued,wait:done']));
    const live = await until(async () => {
      const { body } = await chain.owner.get(`/api/journeys/${journeyId}/live`);
      return body.completed + (body.control?.completed ?? 0) === 16 && body;
    }, 'the figures');
    expect(live).toMatchObject({
      entered: others.length,
      completed: others.length,
      active: 0,
      control: { entered: control.length, completed: control.length, active: 0 },
    });
    expect(live.nodes.mail).toMatchObject({
      entered: others.length,
      control: { entered: control.length, left: control.length, waiting: 0 },
      messages: { queued: others.length, suppressed: {} },
    });
  },
);

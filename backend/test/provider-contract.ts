import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderError, Withdrawn } from '@wend/node-sdk';
import type { SendRequest, SendResult } from '@wend/node-sdk';
import type { Provider } from '../src/channels/index.js';
import { until } from './chain.js';

/**
 * How the other side behaves from now on: `well`; `refuses` connections; `slow`: takes a connection and says nothing;
 * `resets`: the connection before it has heard anything of a message; `takesAndResets`: takes the message, and resets
 * instead of answering; `busy`: says that it cannot take anything now.
 */
export type Behaviour = 'well' | 'refuses' | 'slow' | 'resets' | 'takesAndResets' | 'busy' | HttpFault;

/**
 * What only one who speaks HTTP does. It does not take the message: 429, without a pause, with one in seconds, with one as
 * a date; 500; 502 with a page of HTML. It takes the message, but its answer is shorter than announced, broken JSON, or
 * drips out a character at a time and does not end.
 */
export type HttpFault =
  'limits' | 'limitsForSeconds' | 'limitsUntil' | 'fails' | 'badGateway' | 'halfAnAnswer' | 'brokenJson' | 'drips';

/** The other side of a provider, at the network's edge. */
export type Remote = {
  allow: string;
  behave: (behaviour: Behaviour) => Promise<void>;
  /** Ids of the messages of which it has all, and how often. */
  taken: string[];
  close: () => Promise<void>;
};

export type Subject = {
  provider: Provider;
  /**
   * It connects and sends in one, as HTTP clients do, and its other side drops no repeats: whether one that hung up on an
   * open connection has heard anything cannot be told, so such a message counts as handed over and is not sent again by
   * itself. One who takes no connection has heard nothing all the same.
   */
  oneStep?: boolean;
  /** It does not speak HTTP. */
  noHttp?: true;
  /** Seconds that the provider asks for in its documentation when it is too much, where its answer names none. */
  usualPause?: number;
  request: (id: string) => Pick<SendRequest, 'content' | 'recipient' | 'connection'> & {
    message: SendRequest['message'];
    devices?: SendRequest['devices'];
  };
  close: () => Promise<void>;
};
type Outcome = {
  id: string;
  result?: SendResult;
  error?: ProviderError;
  marked: number;
  /** Taken by the other side before it was marked. */ early: boolean;
};

/** What every provider must keep for delivery to be right. */
export function providerContract(
  name: string,
  { remote: open, subject: make }: { remote: () => Promise<Remote>; subject: (remote: Remote) => Promise<Subject> },
): void {
  describe(`${name} keeps the contract of providers:`, () => {
    let remote: Remote;
    let subject: Subject;
    beforeEach(async () => {
      remote = await open();
      subject = await make(remote);
    });
    afterEach(async () => {
      await subject.close();
      await remote.close();
    });

    const send = async ({
      withinMs = 10_000,
      handingOver = async () => undefined,
    }: { withinMs?: number; handingOver?: () => Promise<void> } = {}): Promise<Outcome> => {
      const id = randomUUID();
      const outcome: Outcome = { id, marked: 0, early: false };
      const mark = async (): Promise<void> => {
        outcome.marked += 1;
        outcome.early ||= remote.taken.includes(id);
        await handingOver();
      };
      try {
        outcome.result = await subject.provider.send({
          devices: [],
          ...subject.request(id),
          idempotencyKey: id,
          signal: AbortSignal.timeout(withinMs),
          handingOver: mark,
        });
      } catch (error) {
        if (error instanceof Withdrawn) return outcome;
        expect(error).toBeInstanceOf(ProviderError);
        outcome.error = error as ProviderError;
      }
      return outcome;
    };
    const many = (options?: Parameters<typeof send>[0]) => Promise.all(Array.from({ length: 12 }, () => send(options)));
    /** Sends until one is taken: only a provider that keeps no place for what has failed comes that far. */
    const recovers = () => until(async () => (await send()).result, `${name} to send again`, 5_000);

    it('says right before that a message goes out, once', async () => {
      const outcomes = await many();
      for (const { id, result, marked, early } of outcomes) {
        expect(result?.status).toMatch(/sent|delivered/);
        expect({ marked, early, taken: remote.taken.filter((each) => each === id).length }).toEqual({
          marked: 1,
          early: false,
          taken: 1,
        });
      }
    });

    it('passes on that a message was withdrawn, and nothing of it goes out', async () => {
      const withdrawn = await many({ handingOver: () => Promise.reject(new Withdrawn()) });
      for (const { id, result, error } of withdrawn) {
        expect({ result, error }).toEqual({});
        expect(remote.taken).not.toContain(id);
      }
      await recovers();
    });

    it.each(['refuses', 'resets', 'busy'] as const)(
      'nothing was handed over to one who %s, and it sends when that is over',
      async (behaviour) => {
        // Some connections are open already.
        await many();
        await remote.behave(behaviour);
        for (const { id, error } of await many()) {
          expect(error).toBeDefined();
          if (!subject.provider.idempotent && !(subject.oneStep && behaviour !== 'busy'))
            expect(error!.handedOver).toBe(false);
          expect(remote.taken).not.toContain(id);
        }
        // Now no connection is left over from before.
        if (behaviour === 'refuses') expect((await send()).error).toMatchObject({ away: true, handedOver: false });
        await remote.behave('well');
        await recovers();
      },
    );

    it('while it waits for an answer to nothing it gives up in time, keeps no place, and only what went out was handed over', async () => {
      await remote.behave('slow');
      const outcomes = await many({ withinMs: 400 });
      for (const { error, marked } of outcomes) {
        expect(error?.class).toBe('timeout');
        if (error!.handedOver) expect(marked).toBe(1);
        if (!subject.provider.idempotent && !subject.oneStep)
          expect({ handedOver: error!.handedOver, marked }).toEqual({ handedOver: false, marked: 0 });
      }
      await remote.behave('well');
      await recovers();
    });

    it('what the other side may have is handed over', async () => {
      await remote.behave('takesAndResets');
      for (const { id, error } of await many())
        if (remote.taken.includes(id)) expect(error).toMatchObject({ handedOver: true, away: false });
      expect(remote.taken.length).toBeGreaterThan(0);
      await remote.behave('well');
      await recovers();
    });

    it.each([
      ['limits', 'rateLimited', 429, null],
      ['limitsForSeconds', 'rateLimited', 429, [7, 7]],
      ['limitsUntil', 'rateLimited', 429, [5, 11]],
      ['fails', 'serverError', 500, null],
      ['badGateway', 'serverError', 502, null],
    ] as const)('one who %s has nothing: %s', async (behaviour, kind, status, pause) => {
      if (subject.noHttp) return;
      await remote.behave(behaviour);
      const { id, error } = await send();
      expect(error).toMatchObject({ class: kind, status, handedOver: false, unsubscribed: false });
      expect(remote.taken).not.toContain(id);
      if (pause) {
        expect(error!.retryAfterSeconds).toBeGreaterThanOrEqual(pause[0]);
        expect(error!.retryAfterSeconds).toBeLessThanOrEqual(pause[1]);
      } else expect(error!.retryAfterSeconds).toBe(status === 429 ? (subject.usualPause ?? null) : null);
      // The devices are not to blame.
      expect(error!.devices).toEqual([]);
      await remote.behave('well');
      await recovers();
    });

    it.each(['halfAnAnswer', 'brokenJson', 'drips'] as const)(
      'one who has taken it and %s has it: it is sent, or was handed over',
      async (behaviour) => {
        if (subject.noHttp) return;
        await remote.behave(behaviour);
        const { id, result, error, marked } = await send({ withinMs: 600 });
        expect(remote.taken).toContain(id);
        expect(marked).toBe(1);
        if (error) expect(error).toMatchObject({ handedOver: true, away: false, unsubscribed: false });
        else expect(result?.status).toMatch(/sent|delivered/);
        await remote.behave('well');
        await recovers();
      },
    );
  });
}

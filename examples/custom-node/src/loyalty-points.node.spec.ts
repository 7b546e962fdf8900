import { isRetryAfter } from '@wend/node-sdk';
import { checkNode, runNode } from '@wend/node-sdk/testing';
import { describe, expect, it } from 'vitest';
import { loyaltyPoints } from './loyalty-points.node.js';

const endpoint = 'https://ledger.example.com/credits';
const config = { points: 150, reason: 'Order 7' };

describe('loyalty points', () => {
  it('is a sound node', async () => {
    expect(await checkNode(loyaltyPoints)).toEqual([]);
  });

  it.each([
    [{}, { balance: 150, tier: 'bronze' }],
    [{ loyalty_points: 400 }, { balance: 550, tier: 'silver' }],
    [{ loyalty_points: '1900' }, { balance: 2_050, tier: 'gold' }],
    [
      { loyalty_points: 10, loyalty_partner: true },
      { balance: 160, tier: 'silver' },
    ],
  ])('without a ledger, adds to the traits %o', async (traits, output) => {
    const { outcome, requests } = await runNode(loyaltyPoints, { config, profile: { traits } });
    expect(outcome).toEqual({ kind: 'done', port: 'credited', output });
    expect(requests).toEqual([]);
  });

  it('does not spend what is not there', async () => {
    const { outcome } = await runNode(loyaltyPoints, {
      config: { ...config, points: -500 },
      profile: { traits: { loyalty_points: 120 } },
    });
    expect(outcome).toEqual({ kind: 'done', port: 'rejected', output: { balance: 120, tier: 'bronze' } });
  });

  it('books in the ledger under the key of the visit, and believes its balance', async () => {
    const { outcome, requests } = await runNode(loyaltyPoints, {
      config: { ...config, endpoint },
      profile: { externalId: 'u-1' },
      idempotencyKey: 'run-1/points#1',
      http: { [endpoint]: { body: '{"balance":2500}' } },
    });
    expect(outcome).toEqual({ kind: 'done', port: 'credited', output: { balance: 2_500, tier: 'gold' } });
    expect(requests).toEqual([
      {
        url: endpoint,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'run-1/points#1' },
        body: '{"person":"u-1","points":150,"reason":"Order 7"}',
      },
    ]);
  });

  it('works out the balance when the ledger tells none', async () => {
    const { outcome } = await runNode(loyaltyPoints, {
      config: { ...config, endpoint },
      http: { '*': { status: 204 } },
    });
    expect(outcome).toEqual({ kind: 'done', port: 'credited', output: { balance: 150, tier: 'bronze' } });
  });

  it('leaves by “rejected” when the ledger refuses', async () => {
    const { outcome, logs } = await runNode(loyaltyPoints, {
      config: { ...config, endpoint },
      http: { '*': { status: 422 } },
    });
    expect(outcome).toMatchObject({ kind: 'done', port: 'rejected' });
    expect(logs).toEqual([{ level: 'warn', message: 'The ledger rejected the points.', details: { status: 422 } }]);
  });

  it('comes back later when asked to, and retries what may pass', async () => {
    const run = (http: { status: number; headers?: Record<string, string> }) =>
      runNode(loyaltyPoints, { config: { ...config, endpoint }, http: { '*': http } }).catch((error: unknown) => error);
    expect(await run({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ seconds: 7 });
    expect(await run({ status: 429 })).toMatchObject({ seconds: 30 });
    const failure = await run({ status: 503 });
    expect(failure).toBeInstanceOf(Error);
    expect(isRetryAfter(failure)).toBe(false);
  });

  it('simulates without calling anything', async () => {
    const outcome = await loyaltyPoints.simulate?.({
      config: { ...config, endpoint },
      profile: { id: '1', externalId: null, traits: { loyalty_points: 400 } },
      entry: {},
      run: {},
      now: 0,
    });
    expect(outcome).toEqual({ kind: 'done', port: 'credited', output: { balance: 550, tier: 'silver' } });
  });

  it('refuses settings that cannot work', () => {
    expect(loyaltyPoints.parse({ ...config, points: 0 })).toEqual({
      ok: false,
      problems: [{ path: 'points', message: 'Points must not be 0.' }],
    });
    expect(loyaltyPoints.parse({ ...config, endpoint: 'ledger.example.com' })).toMatchObject({
      ok: false,
      problems: [{ path: 'endpoint' }],
    });
    expect(loyaltyPoints.parse({ ...config, endpoint: '' })).toMatchObject({ ok: true });
  });
});

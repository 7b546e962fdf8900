import { beforeEach, expect, it } from 'vitest';
import { Outbox } from './outbox.js';
import type { BatchAnswer, Call, CallState } from './outbox.js';
import { openStore } from './storage.js';
import type { KeyValueStore } from './storage.js';

/** One browser: what its tabs share. */
class Browser {
  readonly data = new Map<string, string>();
  now = 1_700_000_000_000;
  private last: Promise<unknown> = Promise.resolve();
  readonly lock = <T>(work: () => Promise<T>): Promise<T> => {
    const run = this.last.then(work, work);
    this.last = run.catch(() => undefined);
    return run;
  };
  readonly store = (): KeyValueStore => {
    const { data } = this;
    const storage = {
      getItem: (key: string) => data.get(key) ?? null,
      setItem: (key: string, value: string) => void data.set(key, value),
      removeItem: (key: string) => void data.delete(key),
    };
    // Keys of a storage are its own properties.
    const local = new Proxy(storage, {
      ownKeys: () => [...data.keys()],
      getOwnPropertyDescriptor: (_, key) =>
        data.has(String(key)) ? { configurable: true, enumerable: true, value: data.get(String(key)) } : undefined,
    });
    return openStore({ local: () => local as unknown as Storage });
  };
}

let browser: Browser;
let sent: Call[][];
let heard: [string, CallState, string?][];
let answers: (BatchAnswer | Promise<BatchAnswer>)[];
const ok: BatchAnswer = { status: 200, retryAfter: null, body: { success: true } };
beforeEach(() => {
  browser = new Browser();
  [sent, heard, answers] = [[], [], []];
});

type Tab = { outbox: Outbox; timers: { work: () => void; milliseconds: number }[]; beacons: Call[][] };
function openTab(): Tab {
  const timers: Tab['timers'] = [];
  const beacons: Call[][] = [];
  const outbox = new Outbox({
    store: browser.store(),
    prefix: 'wend.key',
    post: async (calls) => {
      sent.push(calls);
      return answers.length > 0 ? await answers.shift()! : ok;
    },
    beacon: (calls) => beacons.push(calls) > 0,
    lock: browser.lock,
    heard: (call, state, reason) => heard.push([call.messageId, state, ...(reason ? [reason] : [])] as never),
    now: () => browser.now,
    later: (work, milliseconds) => timers.push({ work, milliseconds }),
  });
  return { outbox, timers, beacons };
}

const call = (messageId: string, properties = {}): Call => ({
  type: 'track',
  event: 'Cart Updated',
  messageId,
  timestamp: new Date(browser.now).toISOString(),
  anonymousId: 'a',
  properties,
  context: {},
});
const ids = (batches: Call[][]) => batches.map((calls) => calls.map(({ messageId }) => messageId));

it('sends what came in one moment together, in order, and keeps nothing of it', async () => {
  const { outbox, timers } = openTab();
  for (const id of ['1', '2', '3']) outbox.add(call(id));
  expect(timers).toHaveLength(1);
  await outbox.flush();
  expect(ids(sent)).toEqual([['1', '2', '3']]);
  expect([...browser.data.keys()]).toEqual([]);
});

it('keeps calls over a reload while Wend cannot be reached, and sends them once it can', async () => {
  answers = [null];
  const first = openTab();
  first.outbox.add(call('1'));
  await first.outbox.flush();
  expect(heard.at(-1)).toEqual(['1', 'waiting', 'Wend could not be reached.']);

  const second = openTab();
  await second.outbox.flush();
  expect(sent, 'a reload does not end the pause').toHaveLength(1);
  browser.now += 1_000;
  await second.outbox.flush();
  expect(ids(sent)).toEqual([['1'], ['1']]);
  expect(heard.at(-1)).toEqual(['1', 'delivered']);
});

it('sends at once when the network is back, but not before the time that Wend asked for', async () => {
  answers = [null];
  const tab = openTab();
  tab.outbox.add(call('1'));
  await tab.outbox.flush();
  await tab.outbox.flush({ atOnce: true });
  expect(sent).toHaveLength(2);

  answers = [{ status: 429, retryAfter: '20', body: null }];
  tab.outbox.add(call('2'));
  await tab.outbox.flush();
  await tab.outbox.flush({ atOnce: true });
  browser.now += 19_000;
  await tab.outbox.flush();
  expect(sent).toHaveLength(3);
  browser.now += 1_500;
  await tab.outbox.flush();
  expect(ids(sent).at(-1)).toEqual(['2']);
  expect(sent).toHaveLength(4);
});

it('waits longer after each failure, never beyond five minutes, and plans the next attempt by itself', async () => {
  const tab = openTab();
  tab.outbox.add(call('1'));
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 14; attempt += 1) {
    answers = [{ status: 503, retryAfter: null, body: null }];
    await tab.outbox.flush();
    const until = Number(browser.data.get('wend.key.pause'));
    pauses.push(until - browser.now);
    browser.now = until;
  }
  expect(pauses[0]).toBeLessThanOrEqual(1_000);
  expect(pauses[5]!).toBeGreaterThan(pauses[0]!);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(300_000);
  expect(pauses.at(-1)).toBeGreaterThanOrEqual(150_000);
  expect(sent).toHaveLength(14);
  expect(tab.timers.some(({ milliseconds }) => milliseconds > 100)).toBe(true);
});

it('keeps what a wrong key or address kept from arriving, since the shop can mend that', async () => {
  answers = [{ status: 401, retryAfter: null, body: null }];
  const tab = openTab();
  tab.outbox.add(call('1'));
  await tab.outbox.flush();
  expect(heard.at(-1)).toEqual(['1', 'waiting', 'Wend answered 401.']);
  browser.now += 61_000;
  await tab.outbox.flush();
  expect(heard.at(-1)).toEqual(['1', 'delivered']);
});

it('drops what Wend refuses and says why, the others of its batch are delivered', async () => {
  answers = [
    {
      status: 200,
      retryAfter: null,
      body: { success: true, rejected: [{ index: 1, path: 'batch[1]', message: 'no' }] },
    },
    { status: 400, retryAfter: null, body: { errors: [{ path: 'batch[0]', message: 'bad time' }] } },
  ];
  const tab = openTab();
  for (const id of ['1', '2']) tab.outbox.add(call(id));
  await tab.outbox.flush();
  tab.outbox.add(call('3'));
  await tab.outbox.flush();
  expect(heard.filter(([, state]) => state !== 'queued')).toEqual([
    ['1', 'delivered'],
    ['2', 'refused', 'no'],
    ['3', 'refused', 'bad time'],
  ]);
  expect([...browser.data.keys()]).toEqual([]);
});

it('sends smaller batches when one is too large, and never one that the browser would not send after the page', async () => {
  const tab = openTab();
  answers = [{ status: 413, retryAfter: null, body: null }];
  for (let index = 0; index < 4; index += 1) tab.outbox.add(call(String(index)));
  await tab.outbox.flush();
  expect(ids(sent)).toEqual([
    ['0', '1', '2', '3'],
    ['0', '1'],
    ['2', '3'],
  ]);
  sent = [];
  for (let index = 0; index < 5; index += 1) tab.outbox.add(call(`large ${index}`, { text: 'é'.repeat(12_000) }));
  await tab.outbox.flush();
  for (const batch of sent) expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThan(64 * 1024);
  expect(sent.flat()).toHaveLength(5);
});

it('refuses what ingestion would not take, and makes room for new calls at a thousand', async () => {
  const tab = openTab();
  tab.outbox.add(call('huge', { text: 'x'.repeat(33_000) }));
  expect(heard).toEqual([['huge', 'refused', 'It is larger than 32768 bytes.']]);
  for (let index = 0; index < 1_003; index += 1) tab.outbox.add(call(String(index)));
  expect(heard.filter(([, state]) => state === 'refused').map(([id]) => id)).toEqual(['huge', '0', '1', '2']);
});

it('refuses what is no JSON, and throws nothing into the page', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  openTab().outbox.add(call('circle', circle));
  expect(heard).toMatchObject([['circle', 'refused', expect.stringMatching(/^It is no JSON: /)]]);
});

it('two tabs send a call once', async () => {
  let release: (answer: BatchAnswer) => void = () => undefined;
  answers = [new Promise((resolve) => (release = resolve))];
  const [first, second] = [openTab(), openTab()];
  first.outbox.add(call('1'));
  const sending = first.outbox.flush();
  second.outbox.add(call('2'));
  const other = second.outbox.flush();
  release(ok);
  await Promise.all([sending, other]);
  expect(ids(sent).flat()).toEqual(['1', '2']);
});

it('hands to the browser what is not under way when the page goes, and keeps it until Wend has said that it has it', async () => {
  let release: (answer: BatchAnswer) => void = () => undefined;
  answers = [new Promise((resolve) => (release = resolve))];
  const tab = openTab();
  tab.outbox.add(call('under way'));
  const sending = tab.outbox.flush();
  await Promise.resolve();
  await new Promise((done) => setTimeout(done));
  tab.outbox.add(call('left'));
  tab.outbox.leave();
  expect(ids(tab.beacons)).toEqual([['left']]);
  release(ok);
  await sending;
  expect(ids(sent).flat()).toContain('left');
});

it('works where the browser keeps nothing', async () => {
  const store = openStore({
    local: () => {
      throw new Error('SecurityError');
    },
  });
  store.set('wend.key.queue.1', 'value');
  expect([store.get('wend.key.queue.1'), store.keys('wend.key.')]).toEqual(['value', ['wend.key.queue.1']]);
});

it('keeps who is here in a cookie where there is no storage, and calls never', () => {
  const jar = { cookie: '' };
  const store = openStore({ local: () => undefined, document: jar });
  store.set('wend.key.anonymous', 'a b');
  expect(jar.cookie).toMatch(/^wend\.key\.anonymous=a%20b; path=\/; max-age=31536000; samesite=lax$/);
  jar.cookie = 'other=1; wend.key.anonymous=a%20b';
  expect(openStore({ local: () => undefined, document: jar }).get('wend.key.anonymous')).toBe('a b');
  jar.cookie = '';
  store.set('wend.key.queue.1', 'a call');
  expect(jar.cookie).toBe('');
});

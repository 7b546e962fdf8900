/**
 * Web push before it leaves: a message encrypted for its browser and signed, by Wend's provider and by the stock library
 * (`web-push`, `generateRequestDetails`). Messages go to as many browsers as there are, so nothing of one helps the next.
 */
import { createECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import webPush from 'web-push';
import { Encryption } from '../../../dist/channels/webpush/providers/vapid/encryption-threads.js';
import { VapidHeaders } from '../../../dist/channels/webpush/providers/vapid/vapid-headers.js';
import { newVapidPair } from '../../../dist/channels/webpush/providers/vapid/vapid-keys.js';
import { figure, spreadText } from '../../table.mjs';
import { spread } from '../../statistics.mjs';

const { decrypt } = createRequire(import.meta.url)('http_ece');
const origins = [
  'https://fcm.googleapis.com',
  'https://updates.push.services.mozilla.com',
  'https://web.push.apple.com',
];
const contact = 'mailto:shop@example.com';
/** As many as are under way at once in a worker. */
const atOnce = 256;

export const measure = async (_system, { size, log }) => {
  const pair = newVapidPair();
  const jobs = browsers(size.webPushes);
  const ways = {
    Wend: () => byWend(jobs, pair),
    'web-push': () => byLibrary(jobs, pair),
  };
  const rounds = { Wend: [], 'web-push': [] };
  for (let round = 1; round <= size.rounds; round += 1) {
    log(`web push: round ${round} of ${size.rounds}, ${figure(jobs.length)} messages each`);
    // In turns, so that what else the machine does meets both.
    for (const [name, way] of Object.entries(ways)) rounds[name].push(await timed(way, jobs.length));
  }
  const of = (name, field) => spread(rounds[name].map((each) => each[field]));
  const ratio = of('Wend', 'cpuMs').median / of('web-push', 'cpuMs').median;
  return {
    table: {
      title: 'Web push: encryption and VAPID',
      note: `${figure(jobs.length)} messages per round and way, ${size.rounds} rounds; CPU of all threads of the process. Wend takes ${figure(ratio * 100)}% of the library’s CPU time.`,
      head: ['', 'messages/s', 'CPU ms per message', 'main thread ms per message'],
      rows: Object.keys(ways).map((name) => [
        name,
        spreadText(of(name, 'perSecond')),
        spreadText(of(name, 'cpuMs')),
        spreadText(of(name, 'mainMs')),
      ]),
    },
    result: { messages: jobs.length, rounds, ratio },
    goals: [
      {
        goal: 'Web push encrypted and signed, of the CPU time of the stock library',
        measured: ratio * 100,
        unit: '%, at most 50',
        met: ratio <= 0.5,
      },
    ],
  };
};

const browsers = (count) =>
  Array.from({ length: count }, (_, index) => {
    const curve = createECDH('prime256v1');
    const p256dh = curve.generateKeys('base64url');
    const auth = randomBytes(16).toString('base64url');
    const payload = JSON.stringify({ wend: 1, id: index, title: 'Back in stock', body: 'x'.repeat(300) });
    const privateKey = index === 0 ? curve.getPrivateKey() : null;
    return { origin: origins[index % origins.length], privateKey, payload, p256dh, auth };
  });

const byWend = async (jobs, pair) => {
  const encryption = new Encryption();
  const headers = new VapidHeaders();
  try {
    for (let at = 0; at < jobs.length; at += atOnce) {
      const made = await Promise.all(
        jobs.slice(at, at + atOnce).map(async ({ origin, payload, p256dh, auth }) => ({
          body: await encryption.encrypt({ payload, p256dh, auth }),
          authorization: headers.header({ origin, contact, pair }),
        })),
      );
      if (at === 0) check(jobs[0], made[0].body);
    }
  } finally {
    await encryption.close();
  }
};

const byLibrary = async (jobs, { publicKey, privateKey }) => {
  const vapidDetails = { subject: contact, publicKey, privateKey };
  for (const [index, { origin, payload, p256dh, auth }] of jobs.entries()) {
    const subscription = { endpoint: `${origin}/push/${index}`, keys: { p256dh, auth } };
    const { body } = webPush.generateRequestDetails(subscription, payload, { vapidDetails, TTL: 60 });
    if (index === 0) check(jobs[0], body);
  }
};

/** What is measured is worth nothing if nobody could read it. */
const check = ({ privateKey, payload, auth }, body) => {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  const read = decrypt(Buffer.from(body), { version: 'aes128gcm', privateKey: curve, authSecret: auth });
  if (read.toString() !== payload) throw new Error('A web push could not be read again.');
};

const timed = async (work, count) => {
  const [wall, cpu, busy] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
  await work();
  const seconds = (performance.now() - wall) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: count / seconds,
    cpuMs: (user + system) / 1_000 / count,
    mainMs: performance.eventLoopUtilization(busy).active / count,
  };
};

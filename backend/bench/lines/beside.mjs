/** Sends the same messages by Wend's provider and by the bare library, in turns, to a server in another process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { figure, spreadText } from '../table.mjs';
import { spread } from '../statistics.mjs';

/** As many as are under way at once in a worker. */
const atOnce = 64;

/**
 * `ways`: by name, each opens with the port and gives `{ send, close }`. The first is Wend's. No goal: what a provider
 * does beside the library (addresses that may be reached, marks, answers) is to be seen, not to be hidden.
 */
export const measureBeside = async ({ title, taker, messages, ways, size, log }) => {
  const child = fork(new URL('./taker.mjs', import.meta.url), [taker]);
  try {
    const [{ port }] = await once(child, 'message');
    const names = Object.keys(ways);
    const rounds = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 1; round <= size.rounds; round += 1) {
      log(`${title}: round ${round} of ${size.rounds}, ${figure(messages)} messages each`);
      for (const name of names) rounds[name].push(await timed({ open: ways[name], port, messages }));
    }
    const taken = once(child, 'message');
    child.send('taken');
    const [{ taken: count }] = await taken;
    const sent = names.length * size.rounds * messages;
    if (count !== sent) throw new Error(`${title}: ${sent} messages were sent, and ${count} have arrived.`);
    const of = (name, field) => spread(rounds[name].map((each) => each[field]));
    const [wend, library] = names;
    const ratio = of(wend, 'cpuMs').median / of(library, 'cpuMs').median;
    return {
      table: {
        title,
        note: `${figure(messages)} messages per round and way, ${size.rounds} rounds, ${atOnce} at once; CPU of this process, the server is another. Wend takes ${figure(ratio * 100)}% of the library’s CPU time.`,
        head: ['', 'messages/s', 'CPU ms per message'],
        rows: names.map((name) => [name, spreadText(of(name, 'perSecond')), spreadText(of(name, 'cpuMs'))]),
      },
      result: { messages, rounds, ratio },
      goals: [],
    };
  } finally {
    child.disconnect();
  }
};

const timed = async ({ open, port, messages }) => {
  const { send, close } = await open(port);
  try {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    let next = 0;
    const one = async () => {
      while (next < messages) await send(`m-${(next += 1)}`);
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    const seconds = (performance.now() - wall) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return { perSecond: messages / seconds, cpuMs: (user + system) / 1_000 / messages };
  } finally {
    await close();
  }
};

/**
 * A provider of Wend at work, as a worker opens it; `send` throws what the provider throws. `services`: ways out of its
 * own by the port, for a provider that knows one address only.
 */
export const wendWay =
  ({ provider, content, recipient, settings, secrets = {}, devices = [], services = () => ({}) }) =>
  async (port) => {
    const { Destinations, SafeHttpClient } = await import('../../dist/platform/outbound/index.js');
    const { openProvider, servicesOf } = await import('../../dist/channels/provider.js');
    const allow = [`127.0.0.1:${port}`];
    const http = new SafeHttpClient({ allow });
    const opened = openProvider(provider, {
      ...servicesOf({ http, destinations: new Destinations({ allow }) }),
      ...services(port),
    });
    const connection = {
      id: 'c',
      workspaceId: 'w',
      kind: provider.name,
      settings: settings(port),
      secrets,
      oldSecrets: null,
      feedbackUrl: 'https://wend.example/t/f/w/c/sig',
      revision: '1',
    };
    return {
      send: (id) =>
        opened.send({
          message: { id, workspaceId: 'w', channel: provider.channel },
          content,
          recipient,
          devices,
          idempotencyKey: id,
          connection,
          signal: AbortSignal.timeout(30_000),
          handingOver: async () => undefined,
        }),
      close: async () => {
        await opened.close?.();
        await http.close();
      },
    };
  };

/** Finding people as one types: one question for each letter, as the list of people asks. */
import { latencies } from '../../statistics.mjs';
import { figure } from '../../table.mjs';

const goalMs = 200;

/** What is typed: a name, two, an address, an external id, the end of a phone number, what nobody has, and ÷ 한글. */
const typed = [
  'Jansen',
  'Minji Park',
  'Müller',
  'anna.bakker',
  'emma.kim774',
  'customer-12345',
  '0612 7919',
  'example.com',
  'Zebedee',
  '김민지',
];

export const measure = async ({ product }, { size }) => {
  const lists = [];
  const counts = [];
  const slowest = { ms: 0 };
  // The first round fills the caches.
  for (let round = 0; round <= size.rounds; round += 1)
    for (const text of typed)
      for (let length = 1; length <= text.length; length += 1) {
        const search = text.slice(0, length).trim();
        const list = await timed(product, `/api/profiles?limit=50&search=${encodeURIComponent(search)}`);
        const count = await timed(product, `/api/profile-count?search=${encodeURIComponent(search)}`);
        if (round === 0) continue;
        lists.push(list);
        counts.push(count);
        if (list > slowest.ms) Object.assign(slowest, { ms: list, search });
      }
  const [list, count] = [latencies(lists), latencies(counts)];
  const row = (name, { p50, p95, p99, max }) => [name, ...[p50, p95, p99, max].map(figure)];
  return {
    tables: [
      {
        title: 'Finding people as one types',
        head: ['ms', 'p50', 'p95', 'p99', 'max'],
        rows: [row('the list', list), row('how many there are', count)],
        note: `${list.count} questions, one for each letter of ${typed.length} texts; the slowest was "${slowest.search}".`,
      },
    ],
    result: { list, count, slowest },
    goals: [
      {
        goal: 'people found as one types, p95 < 200 ms',
        measured: list.p95,
        limit: goalMs,
        met: list.p95 < goalMs,
        unit: 'ms',
      },
    ],
  };
};

const timed = async (product, path) => {
  const started = performance.now();
  await product.call('GET', path);
  return performance.now() - started;
};

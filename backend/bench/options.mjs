/** The options of `npm run bench`. */
import util from 'node:util';
import { PlainError } from '../../docker/launcher/log.mjs';

/**
 * Only when asked for: `language` begins tens of thousands of runs, `audience` makes a million people and `rules` sends hundreds of thousands of messages, which takes
 * minutes; `besttime` measures no machine.
 */
const asked = ['besttime', 'audience', 'rules', 'language'];
const usual = ['people', 'history', 'latency', 'neighbours', 'ingest', 'parked', 'channels', 'canvas'];
export const lineNames = [...usual, ...asked];

/** Lines that open the dashboard or measure its process; the others do without its build. */
const ofDashboard = ['parked', 'canvas'];

export const help = `npm run bench -- [options]

Measures Wend beside its baselines, on a PostgreSQL and a Temporal server that it starts for itself with everything
written to disk before it is acknowledged (fsync and synchronous_commit on). Prints tables and writes
.wend/bench/<date>.json. docs/performance.md says how each figure is taken.

  --quick        everything small, in two to three minutes: to see that it works, not to quote
  --only NAME    one line only (may be given again): ${lineNames.join(', ')}
                 (${asked.join(', ')} only when named)
  --rounds N     rounds of the lines that have several
  --people N     people of a round of "people", runs of each kind of "language"
  --shape TEXT   of "people" and "ingest" only the ways with this in their name, and the floor; of "audience",
                 "rules" and "language" only the parts with this in their name (several: a,b)
  --scale N      how much of its million people "audience" makes, 0.01 to 1
  --profile DIR  writes V8 profiles of api and worker to DIR and prints PostgreSQL's dearest statements
                 (costs CPU: do not quote figures taken with it)
  --no-build     takes what is compiled already
  --help         this text
`;

const sizes = {
  full: {
    rounds: 3,
    warmUp: 40,
    people: 300,
    language: 10_000,
    waiters: 100,
    latencySeconds: 20,
    idleSeconds: 10,
    ingestEvents: 60_000,
    sdkEvents: 30_000,
    parked: 5_000,
    settleSeconds: 60,
    parkedSeconds: 30,
    webPushes: 100_000,
    sandboxed: 100_000,
    sms: 20_000,
    mails: 5_000,
    httpMails: 20_000,
    notifications: 10_000,
    neighbours: { seconds: 15, hooks: 300, texts: 90, nodes: 200 },
    audience: { scale: 1, seconds: 20 },
    rules: { bulk: 100_000, seconds: 60, messages: 20_000, all: 100_000, race: { people: 400, each: 50 } },
  },
  quick: {
    rounds: 2,
    warmUp: 20,
    people: 60,
    language: 200,
    waiters: 40,
    latencySeconds: 5,
    idleSeconds: 5,
    ingestEvents: 12_000,
    sdkEvents: 6_000,
    parked: 500,
    settleSeconds: 5,
    parkedSeconds: 20,
    webPushes: 2_000,
    sandboxed: 4_000,
    sms: 1_000,
    mails: 300,
    httpMails: 1_000,
    notifications: 500,
    neighbours: { seconds: 6, hooks: 100, texts: 30, nodes: 100 },
    audience: { scale: 0.02, seconds: 6 },
    rules: { bulk: 5_000, seconds: 6, messages: 1_000, all: 5_000, race: { people: 40, each: 25 } },
  },
};

/** @param {string[]} args */
export const parseOptions = (args) => {
  const values = read(args);
  const only = values.only ?? usual;
  for (const name of only)
    if (!lineNames.includes(name)) throw new PlainError(`There is no line "${name}". Lines: ${lineNames.join(', ')}.`);
  const size = { ...(values.quick ? sizes.quick : sizes.full) };
  if (values.rounds) size.rounds = wholeNumber(values.rounds);
  if (values.people) size.people = size.language = wholeNumber(values.people);
  if (values.scale) size.audience = { ...size.audience, scale: share(values.scale) };
  return {
    help: Boolean(values.help),
    quick: Boolean(values.quick),
    build: !values['no-build'],
    dashboard: only.some((name) => ofDashboard.includes(name)),
    profile: values.profile,
    only,
    shape: values.shape,
    size,
  };
};

const share = (text) => {
  const number = Number(text);
  if (!(number >= 0.01 && number <= 1)) throw new PlainError(`--scale needs a number from 0.01 to 1, not "${text}".`);
  return number;
};

const wholeNumber = (text) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new PlainError(`--rounds and --people need a whole number from 1, not "${text}".`);
  return number;
};

const read = (args) => {
  try {
    return util.parseArgs({
      args,
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        people: { type: 'string' },
        scale: { type: 'string' },
        shape: { type: 'string' },
        profile: { type: 'string' },
        'no-build': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new PlainError(`${error.message}\n\n${help}`);
  }
};

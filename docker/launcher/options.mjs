/** The options of `npm start`. */
import util from 'node:util';
import { PlainError } from './log.mjs';

export const help = `npm start -- [options]

Starts Wend on this machine: sets up what is missing, starts PostgreSQL, Temporal, the API, the worker and the dashboard,
and stops all of them on Ctrl-C. Data is kept in .wend/ between starts.

  --port N     the port of the dashboard (default 3000)
  --no-demo    no demo workspace; the first visitor makes the first owner account
  --reset      deletes this clone's data first
  --help       this text

Environment:
  DATABASE_URL         a PostgreSQL of your own instead of the embedded one
  TEMPORAL_ADDRESS     a Temporal server of your own (host:port) instead of the local one
  TEMPORAL_NAMESPACE   its namespace (default wend)
  WEND_DATA            a folder of its own for data, logs and pid files (default .wend/): a second Wend from the same clone
  WEND_CACHE           where the Temporal server's binaries are kept (default ~/.cache/wend)
  WEND_NODE_PACKAGES   packages with nodes of your own, separated by commas, instead of those of this clone (examples/)
  WEND_OUTBOUND_ALLOW  private addresses (host:port, separated by commas) that webhooks, providers and nodes may reach
`;

/** Without the lone `--` npm keeps an option for itself, and the start would go on as if nobody had given it. */
const requireNothingSwallowed = () => {
  const swallowed = { port: '--port N', demo: '--no-demo', reset: '--reset' };
  const name = Object.keys(swallowed).find((key) => process.env[`npm_config_${key}`] !== undefined);
  if (name)
    throw new PlainError(
      `npm has kept ${swallowed[name].split(' ')[0]} for itself. Put a lone "--" in front:\n\n    npm start -- ${swallowed[name]}`,
    );
};

/**
 * @param {string[]} args
 * @returns {{ port: number, demo: boolean, reset: boolean, help: boolean }}
 */
export const parseOptions = (args) => {
  requireNothingSwallowed();
  const values = read(args);
  const port = Number(values.port ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new PlainError(`--port needs a number from 1 to 65535, not "${values.port}".`);
  return { port, demo: !values['no-demo'], reset: Boolean(values.reset), help: Boolean(values.help) };
};

const read = (args) => {
  try {
    return util.parseArgs({
      args,
      options: {
        port: { type: 'string' },
        'no-demo': { type: 'boolean' },
        reset: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new PlainError(`${error.message}\n\n${help}`);
  }
};

/** How long a start still takes, from what its parts took elsewhere and from how fast this machine has been so far. */

/**
 * Seconds on two cores where nothing is there yet, and what each part waits for.
 * @type {Record<string, { seconds: number, after: string[] }>}
 */
export const partsOfStart = {
  temporal: { seconds: 330, after: [] },
  install: { seconds: 35, after: [] },
  servers: { seconds: 5, after: ['temporal', 'install'] },
  compile: { seconds: 30, after: ['install'] },
  dashboard: { seconds: 45, after: ['install'] },
  data: { seconds: 3, after: ['servers', 'compile'] },
  product: { seconds: 8, after: ['data'] },
  web: { seconds: 2, after: ['dashboard', 'data'] },
};

/** What ended sooner than this share of its seconds was there already, and tells nothing about the machine. */
const wasThere = 0.2;

/** @param {typeof partsOfStart} parts @param {() => number} [now] */
export const timeLeft = (parts, now = Date.now) => {
  const began = new Map();
  const took = new Map();
  const secondsOf = (name) => (now() - began.get(name)) / 1000;
  /** How much slower than elsewhere it goes here, also by what lasts longer already. */
  const pace = () => {
    const ended = [...took].filter(([name, seconds]) => seconds > parts[name].seconds * wasThere);
    const late = [...began.keys()]
      .filter((name) => !took.has(name) && secondsOf(name) > parts[name].seconds)
      .map((name) => [name, secondsOf(name)]);
    const told = [...ended, ...late];
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    return told.length === 0
      ? 1
      : sum(told.map(([, seconds]) => seconds)) / sum(told.map(([name]) => parts[name].seconds));
  };
  const left = (name) => {
    if (took.has(name)) return 0;
    const before = Math.max(0, ...parts[name].after.map(left));
    const gone = began.has(name) ? secondsOf(name) : 0;
    return before + Math.max(1, parts[name].seconds * pace() - gone);
  };
  return {
    /** Runs one part. @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
    part: async (name, work) => {
      began.set(name, now());
      const result = await work();
      took.set(name, secondsOf(name));
      return result;
    },
    /** Seconds until the last part has ended. */
    seconds: () => Math.max(...Object.keys(parts).map(left)),
  };
};

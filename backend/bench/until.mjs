/** Waiting for conditions. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @template T
 * @param {() => Promise<T> | T} probe asked until its answer is truthy
 * @param {{ what: string, withinSeconds?: number, everyMs?: number }} options
 * @returns {Promise<T>}
 */
export const until = async (probe, { what, withinSeconds = 300, everyMs = 100 }) => {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${withinSeconds} s in vain for ${what}.`);
    await pause(everyMs);
  }
};

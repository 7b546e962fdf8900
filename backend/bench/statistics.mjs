/** Figures of several rounds. */

/** @param {number[]} values @param {number} share from 0 to 1 @returns {number} the nearest-rank percentile */
export const percentile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

/** @param {number[]} values @returns {{ min: number, median: number, max: number }} */
export const spread = (values) => ({ min: Math.min(...values), median: median(values), max: Math.max(...values) });

/** @param {number[]} values */
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** @param {number[]} values milliseconds */
export const latencies = (values) => ({
  count: values.length,
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  p99: percentile(values, 0.99),
  max: Math.max(...values),
});

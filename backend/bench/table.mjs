/** Tables as Markdown, so that what is printed can be pasted into a page. */
import { say } from '../../docker/launcher/log.mjs';

/** @param {{ title: string, note?: string, head: string[], rows: (string | number)[][] }} table */
export const printTable = ({ title, note, head, rows }) => {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  say();
  say(`### ${title}`);
  say();
  say(line(cells[0]));
  say(
    `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`,
  );
  for (const row of cells.slice(1)) say(line(row));
  if (note) say(`\n${note}`);
};

/** A number that is read at a glance: whole, or with three significant digits below 100. @param {number} value */
export const figure = (value) => {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

/** `median (min–max)`. @param {{ min: number, median: number, max: number }} spread */
export const spreadText = ({ min, median, max }) => `${figure(median)} (${figure(min)}–${figure(max)})`;

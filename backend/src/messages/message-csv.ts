import type { MessageSummary } from '@wend/contract';

const columns: [title: string, value: (message: MessageSummary) => string | number | null][] = [
  ['id', ({ id }) => id],
  ['channel', ({ channel }) => channel],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['error', ({ error }) => error],
  ['title', ({ title }) => title],
  ['recipient', ({ to }) => to],
  ['person_id', ({ profile }) => profile.id],
  ['person', ({ profile }) => profile.name],
  ['journey_id', ({ journey }) => journey.id],
  ['journey', ({ journey }) => journey.name],
  ['run_id', ({ enrollmentId }) => enrollmentId],
  ['step_id', ({ node }) => node],
  ['step', ({ nodeName }) => nodeName],
  ['provider', ({ provider }) => provider],
  ['attempts', ({ attempts }) => attempts],
  ['sent_again', ({ resendNumber }) => resendNumber],
  ['origin', ({ origin }) => origin],
  ['queued_at', ({ queuedAt }) => queuedAt],
  ['sent_at', ({ sentAt }) => sentAt],
];

export const csvHeader = lineOf(columns.map(([title]) => title));

/** A message as a line of a CSV file (RFC 4180). */
export function csvLine(message: MessageSummary): string {
  return lineOf(columns.map(([, value]) => value(message)));
}

function lineOf(values: (string | number | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/**
 * A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it, as OWASP advises.
 * Numbers of phones begin with a plus, and are treated the same.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) || /^\s*[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import type { valueTypes } from './api/statuses.js';
import { readDate } from './read-date.js';

const likeADate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** The type of a JSON value; text that is an ISO 8601 date or time is a date. */
export function typeOfValue(value: unknown): (typeof valueTypes)[number] {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      return 'object';
    default:
      return typeof value === 'string' && likeADate.test(value) && readDate(value) !== null ? 'date' : 'text';
  }
}

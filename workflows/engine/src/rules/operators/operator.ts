import type { Json } from '@wend/contract';
import type { Days } from '../calendar.js';

/** Both sides of a comparison; undefined is a side without a value. */
export type Sides = { left: Json | undefined; right: Json | undefined };

/** The meaning of an operator. The backend's SQL for it answers the same over stored JSON, and a test compares the two. */
export type Operator = (sides: Sides) => boolean;

/**
 * Of operators of the calendar: the next day, counted from 1970-01-01, with whose beginning the answer becomes another
 * one by itself; null when it never does.
 */
export type CalendarChange = (days: Days) => number | null;

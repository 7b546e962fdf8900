import type { Json } from '@wend/contract';

/** Both sides of a comparison; undefined is a side without a value. */
export type Sides = { left: Json | undefined; right: Json | undefined };

/** The meaning of an operator. The backend's SQL for it answers the same over stored JSON, and a test compares the two. */
export type Operator = (sides: Sides) => boolean;

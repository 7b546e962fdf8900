import type { Scope } from '../../platform/database/index.js';
import type { Notice } from '../notice.js';

/** One notice to one receiver. */
export type Telling = Scope & {
  /** The same at every try: receivers can tell repeats by it. */
  id: string;
  notice: Notice;
  /** The dashboard's address, without a slash at the end. */
  publicUrl: string;
  workspaceName: string;
  /** What the target keeps sealed. */
  secrets: Record<string, string>;
  /** The address of the member it goes to; null where the target names none. */
  address: string | null;
};

/** Resolves when it was taken; throws an `Error` whose message says to a member why not. */
export type Tell = (telling: Telling) => Promise<void>;

/** It cannot be told however often it is tried. */
export class Untellable extends Error {}

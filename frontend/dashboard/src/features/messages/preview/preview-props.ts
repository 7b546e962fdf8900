import type { LooseContent } from './content';

/** What every preview of a message is given; each takes what it can show. */
export type PreviewProps = {
  content: LooseContent;
  /** The receiver's address. */
  to?: string | null | undefined;
  /** When it was sent, ISO. */
  at?: string | null | undefined;
  /** Whose message it is. */
  sender?: string | undefined;
  /** Links open in a new tab; false where a click must not count. */
  links?: boolean | undefined;
  /** Of a letter, in pixels. */
  height?: number | undefined;
  /** For narrow places. */
  compact?: boolean | undefined;
  /** Takes the height of its flex parent, where it can use it. */
  fill?: boolean | undefined;
};

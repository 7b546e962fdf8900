import type { WrittenCase } from '../cases.js';
import type { Graph } from '../graph.js';

/** Something that only a workspace knows: a field of a step that is empty until somebody chooses. */
export type ToFill = { node: string; path: string; what: string };

/** A journey to start from. Channels follow from its steps. */
export type GalleryJourney = {
  /** In addresses and tests: never changes. */
  slug: string;
  title: string;
  /** Who it is for, as the end of “For …”. */
  audience: string;
  description: string;
  /** Events that it reads, by name. */
  events: string[];
  /** Traits that it reads, beside addresses. */
  traits: string[];
  fill: ToFill[];
  graph: Graph;
  cases: WrittenCase[];
};

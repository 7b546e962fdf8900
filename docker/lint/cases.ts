/** What a rule must report, with the words that say what to do instead, and what it must let pass. */
export type Cases = {
  name: string;
  broken: { path: string; code: string; says: RegExp }[];
  kept: { path: string; code: string }[];
};

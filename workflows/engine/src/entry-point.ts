import type { EntryPoint, Program } from '@wend/contract';

type Entered = Pick<Program, 'entries' | 'firstReads'>;

/** Where runs begin that come in by an entry: at the first instruction in programs that have one. */
export function entryPoint({ entries, firstReads }: Entered, node: string | undefined): Omit<EntryPoint, 'node'> {
  return entries?.find((entry) => entry.node === node) ?? { pc: 0, reads: firstReads };
}

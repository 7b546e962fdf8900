import type { Fact, Instruction, Json, Program } from '@wend/contract';
import { factIndexes, factKey } from '../../fact.js';
import { resultReads } from '../../result-reads.js';
import { opOf } from './ops/index.js';

const kept = new WeakMap<Program, Map<number, number[]>>();

/** The facts, by index, that an instruction must know before it runs. */
export function ownNeeds(program: Program, instruction: Instruction): number[] {
  const facts = opOf(instruction)?.facts?.(instruction, program) ?? [];
  return facts.flatMap((fact) => factIndexes(program).get(factKey(fact)) ?? []);
}

/**
 * The facts, by index, that may be asked for from an instruction to the next block: what one read brings for all of a
 * stretch. Worked out here and not stored in the program, which would grow by the square of its length.
 */
export function needsFrom(program: Program, start: number): number[] {
  let known = kept.get(program);
  if (!known) kept.set(program, (known = new Map()));
  let found = known.get(start);
  if (!found) known.set(start, (found = walk(program, start)));
  return found;
}

function walk(program: Program, start: number): number[] {
  const found = new Set<number>();
  const given = new Set<string>();
  const seen = new Set<number>();
  const open = [start];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    const instruction = program.instructions[pc];
    if (!instruction || seen.has(pc)) continue;
    seen.add(pc);
    for (const fact of ownNeeds(program, instruction)) found.add(fact);
    const op = opOf(instruction);
    if (op?.gives) given.add(op.gives(instruction));
    for (const { pc: next } of op?.passesTo(instruction, program) ?? []) open.push(next);
  }
  const first = program.instructions[start];
  // What reads a result that is still to be given would be answered too early.
  for (const node of given) for (const fact of readersOf(program, node)) found.delete(fact);
  if (first) for (const fact of ownNeeds(program, first)) found.add(fact);
  return [...found].sort((a, b) => a - b);
}

const readers = new WeakMap<Program, Map<string, number[]>>();

/** The facts, by index, whose answer depends on the result of a node. */
export function readersOf(program: Program, node: string): number[] {
  let known = readers.get(program);
  if (!known) readers.set(program, (known = new Map()));
  let found = known.get(node);
  if (!found) known.set(node, (found = program.facts.flatMap((fact, index) => (reads(fact, node) ? [index] : []))));
  return found;
}

function reads(fact: Fact, node: string): boolean {
  const { of, all, everything } = resultReads([fact as Json]);
  return everything || all.has(node) || of.has(node);
}

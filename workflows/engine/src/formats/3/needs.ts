import type { Instruction, Program } from '@wend/contract';
import { factIndexes, factKey } from '../../fact.js';
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
  const seen = new Set<number>();
  const open = [start];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    const instruction = program.instructions[pc];
    if (!instruction || seen.has(pc)) continue;
    seen.add(pc);
    for (const fact of ownNeeds(program, instruction)) found.add(fact);
    for (const { pc: next } of opOf(instruction)?.passesTo(instruction, program) ?? []) open.push(next);
  }
  return [...found].sort((a, b) => a - b);
}

import type { EventArm, Instruction, Lowered, Rule } from '@wend/contract';

type InstructionOf<Of extends Instruction['op']> = Extract<Instruction, { op: Of }>;

/** Changes a rule; `filter`: one of an event, which is matched where only the event and the run are known. */
type Change = (rule: Rule, about: { filter: boolean }) => Rule;

/** What the compiler must know of instructions that hold rules. What instructions do is said by the formats. */
type Kind<Of extends Instruction['op']> = {
  /** The instruction with each of its rules changed. */
  withRules: (instruction: InstructionOf<Of>, change: Change) => InstructionOf<Of>;
  /** The events that it waits for. */
  arms?: (instruction: InstructionOf<Of>) => EventArm[];
};

const kinds: { readonly [Of in Instruction['op']]?: Kind<Of> } = {
  waitFor: {
    withRules: (instruction, change) => ({
      ...instruction,
      arms: instruction.arms.map((arm) => ({
        ...arm,
        ...(arm.where ? { where: change(arm.where, { filter: true }) } : {}),
        ...(arm.already ? { already: change(arm.already, { filter: false }) } : {}),
      })),
    }),
    arms: ({ arms }) => arms,
  },
  branch: {
    withRules: (instruction, change) => ({
      ...instruction,
      arms: instruction.arms.map((arm) => ({ ...arm, rule: change(arm.rule, { filter: false }) })),
    }),
  },
};

function kindOf({ op }: Pick<Instruction, 'op'>): Kind<Instruction['op']> | undefined {
  return kinds[op] as Kind<Instruction['op']> | undefined;
}

/** An instruction with each of its rules changed. */
export function withRules<Of extends Lowered | Instruction>(instruction: Of, change: Change): Of {
  return (kindOf(instruction)?.withRules(instruction as Instruction, change) as Of | undefined) ?? instruction;
}

/** All rules of an instruction. */
export function rulesOf(instruction: Lowered | Instruction): { rule: Rule; filter: boolean }[] {
  const found: { rule: Rule; filter: boolean }[] = [];
  withRules(instruction, (rule, { filter }) => {
    found.push({ rule, filter });
    return rule;
  });
  return found;
}

/** The events that an instruction waits for. */
export function armsOf(instruction: Lowered | Instruction): EventArm[] {
  return kindOf(instruction)?.arms?.(instruction as Instruction) ?? [];
}

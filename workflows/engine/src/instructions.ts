import type { EventArm, Instruction, Lowered, Rule } from '@wend/contract';

type InstructionOf<Of extends Instruction['op']> = Extract<Instruction, { op: Of }>;

/** What the compiler must know of instructions that hold rules. What instructions do is said by the formats. */
type Kind<Of extends Instruction['op']> = {
  /** The instruction with each of its rules changed. */
  withRules: (instruction: InstructionOf<Of>, change: (rule: Rule) => Rule) => InstructionOf<Of>;
  /** The events that it waits for: its rules are filters, matched where only the event and the run are known. */
  arms?: (instruction: InstructionOf<Of>) => EventArm[];
};

const kinds: { readonly [Of in Instruction['op']]?: Kind<Of> } = {
  waitFor: {
    withRules: (instruction, change) => ({
      ...instruction,
      arms: instruction.arms.map((arm) => (arm.where ? { ...arm, where: change(arm.where) } : arm)),
    }),
    arms: ({ arms }) => arms,
  },
  branch: {
    withRules: (instruction, change) => ({
      ...instruction,
      arms: instruction.arms.map((arm) => ({ ...arm, rule: change(arm.rule) })),
    }),
  },
};

function kindOf({ op }: Pick<Instruction, 'op'>): Kind<Instruction['op']> | undefined {
  return kinds[op] as Kind<Instruction['op']> | undefined;
}

/** An instruction with each of its rules changed. */
export function withRules<Of extends Lowered | Instruction>(instruction: Of, change: (rule: Rule) => Rule): Of {
  return (kindOf(instruction)?.withRules(instruction as Instruction, change) as Of | undefined) ?? instruction;
}

/** All rules of an instruction. */
export function rulesOf(instruction: Lowered | Instruction): Rule[] {
  const found: Rule[] = [];
  withRules(instruction, (rule) => {
    found.push(rule);
    return rule;
  });
  return found;
}

/** The events that an instruction waits for; null when it waits for none: then its rules are about the person. */
export function armsOf(instruction: Lowered | Instruction): EventArm[] | null {
  return kindOf(instruction)?.arms?.(instruction as Instruction) ?? null;
}

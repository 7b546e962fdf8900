import type { CallOutcome, Command } from '@wend/contract';
import { bindRule } from '../../../evaluate.js';
import { notBefore } from '../../../receipt.js';
import type { InstructionOf, Op, WakeInput } from '../op.js';
import type { Stretch } from '../stretch.js';

type Call = InstructionOf<'call'>;
type Resume = NonNullable<Extract<Command, { type: 'call' }>['resume']>;

/** A custom node: an activity that answers with a port, or with what is to happen before it is asked again. */
export const call: Op<'call'> = {
  run: (stretch, instruction) => {
    open(stretch, instruction, stretch.waitId(instruction.node));
    return false;
  },
  wake: (stretch, instruction, input) => {
    if (input.type === 'callDone') takeOutcome(stretch, instruction, input);
    else if (input.type === 'callFailed') takeFailure(stretch, instruction, input);
    else again(stretch, instruction, input);
  },
  takesEvent: () => true,
  passesTo: () => [],
};

function open(
  stretch: Stretch,
  { node, activity, attempts, timeoutSeconds }: Call,
  wait: string,
  resume?: Resume,
): void {
  stretch.state.wait = { kind: 'call', id: wait };
  stretch.commands.push({
    type: 'call',
    wait,
    node,
    visit: stretch.visitOf(node),
    activity,
    attempts,
    timeoutSeconds,
    ...(resume ? { resume } : {}),
  });
}

/** What the node slept or waited for has come. */
function again(stretch: Stretch, instruction: Call, input: Extract<WakeInput, { type: 'event' | 'timer' }>): void {
  const memo = stretch.endWait();
  if (input.type === 'event') stretch.standAt(input.event, false);
  else stretch.standHere();
  const why = input.type === 'event' ? { reason: 'event' as const, event: input.event } : { reason: 'timer' as const };
  open(stretch, instruction, stretch.waitId(instruction.node, partOf(input.wait)), { ...why, ...memo });
}

function takeOutcome(
  stretch: Stretch,
  instruction: Call,
  { wait, outcome }: Extract<WakeInput, { type: 'callDone' }>,
): void {
  if (outcome.kind === 'done') return takeDone(stretch, instruction, outcome);
  stretch.endWait();
  if (outcome.kind === 'exit')
    return stretch.finish('completed', outcome.reason, { kind: 'end', reason: outcome.reason });
  const { state } = stretch;
  if (state.leaving) return stretch.finish('failed', 'What undoes a step can’t wait.');
  const { node } = instruction;
  const id = stretch.waitId(node, partOf(wait) + 1);
  const until = untilOf(outcome, state.now);
  // The run stands where the call began: what was received while the node worked may be the answer to what it did.
  const arms =
    outcome.kind === 'sleep'
      ? []
      : [
          {
            event: outcome.event,
            notBefore: notBefore(stretch.opensAt()),
            ...(outcome.where ? { where: bindRule(outcome.where, state) } : {}),
          },
        ];
  state.wait = {
    kind: 'events',
    id,
    until,
    ofCall: true,
    ...(outcome.memo === undefined ? {} : { memo: outcome.memo }),
  };
  stretch.commands.push({ type: 'openWait', wait: id, node, until, arms, whole: true });
}

function untilOf(outcome: Extract<CallOutcome, { kind: 'sleep' | 'waitFor' }>, now: number): number | null {
  if (outcome.kind === 'sleep') return Math.max(outcome.until, now);
  return outcome.timeoutSeconds === undefined ? null : now + outcome.timeoutSeconds * 1_000;
}

function takeDone(
  stretch: Stretch,
  { node, targets }: Call,
  { port, output }: Extract<CallOutcome, { kind: 'done' }>,
): void {
  const target = targets.find((each) => each.port === port);
  if (!target) return stretch.finish('failed', `The node answered with the port "${port}", which it does not have.`);
  stretch.endWait();
  stretch.standHere();
  if (output !== undefined) stretch.keepOutput(node, output);
  stretch.leave(target, { kind: 'call', port, ...(output === undefined ? {} : { output }) });
  stretch.advance();
}

function takeFailure(
  stretch: Stretch,
  { node, targets, failure }: Call,
  { code, message }: Extract<WakeInput, { type: 'callFailed' }>,
): void {
  const error = { code, message };
  const port = failure ?? 'error';
  const target = targets.find((each) => each.port === port);
  if (!target) return stretch.finish('failed', `${code}: ${message}`, { kind: 'call', port, error });
  stretch.endWait();
  stretch.standHere();
  if (failure !== undefined) stretch.keepOutput(node, { problem: message });
  stretch.leave(target, { kind: 'call', port, error });
  stretch.advance();
}

/** Which call or wait of one visit to a custom node a wait id is of: `node#visit` is 0, `node#visit.n` is n. */
function partOf(wait: string): number {
  return Number(wait.split('.')[1] ?? 0);
}

import type { Command, Input, Json, RunEvent } from '@wend/contract';
import type { CommitAnswer, CommitRequest, RunActivities, RunSignal } from '../src/index.js';

type Stored = { step: number; inputs: Input[] };

/**
 * The commit protocol in memory, for tests of the driver alone. `before` lets a test step in before a commit answers:
 * throw to crash the activity after it wrote, or change the control state.
 */
export class MemoryCarrier implements RunActivities {
  readonly steps = new Map<string, Stored[]>();
  readonly commands = new Map<string, Command[]>();
  /** How many commits each run has asked for. */
  readonly asked = new Map<string, number>();
  control: 'live' | 'paused' | 'stopped' = 'live';
  missed: RunSignal[] = [];
  eventsFirst: RunSignal[] = [];
  afterWrite: (request: CommitRequest) => Promise<void> = async () => undefined;

  /** What facts come to, by their index. */
  answers: Record<number, Json> = {};

  read = async (): Promise<Record<number, Json>[]> => [this.answers];
  fail = async (): Promise<void> => undefined;
  commit = async (requests: CommitRequest[]): Promise<CommitAnswer[]> =>
    Promise.all(requests.map((request) => this.one(request)));

  private async one(request: CommitRequest): Promise<CommitAnswer> {
    const id = request.identity.enrollmentId;
    this.asked.set(id, (this.asked.get(id) ?? 0) + 1);
    const steps = this.steps.get(id) ?? [];
    const stored = steps.find((each) => each.step === request.step);
    if (stored)
      return {
        outcome: 'applied',
        stored: steps.filter((each) => each.step >= request.step).map((each) => each.inputs),
        missed: [],
      };
    const cancels =
      request.unheld ?? request.commands.some((command) => command.type === 'end' && command.outcome === 'cancelled');
    if (this.control === 'paused' && !cancels) return { outcome: 'held' };
    if (this.control === 'stopped' && !cancels) return { outcome: 'stopped', reason: 'The journey was stopped' };
    const first = request.inputs.some((input) => input.type === 'timer') ? this.eventsFirst.splice(0) : [];
    if (first.length > 0) return { outcome: 'eventsFirst', events: first };
    this.steps.set(id, [...steps, { step: request.step, inputs: request.inputs }]);
    this.commands.set(id, [...(this.commands.get(id) ?? []), ...request.commands]);
    await this.afterWrite(request);
    return {
      outcome: 'applied',
      missed: request.commands.some((command) => command.type === 'openWait') ? this.missed.splice(0) : [],
    };
  }

  ports(id: string): string[] {
    return (this.commands.get(id) ?? []).flatMap((command) =>
      command.type === 'leave' ? [`${command.node}:${command.port ?? ''}`] : [],
    );
  }

  opened(id: string): string[] {
    return (this.commands.get(id) ?? []).flatMap((command) => (command.type === 'openWait' ? [command.wait] : []));
  }
}

export function eventOf(id: string, name: string, position = '1'): RunEvent {
  return { id, name, time: Date.now(), properties: {}, mark: { position, snapshot: '', time: Date.now() } };
}

import type { ArmCount, Command, Mark, Rule, RunEvent, StepInput } from '@wend/contract';
import { Gathering, isLater, matchesArm } from '@wend/engine';
import type { CommitAnswer, CommitRequest, RunSignal } from '../protocol.js';
import type { Happening } from './scenario.js';
import type { Store, Turn } from './world.js';

type Stored = RunEvent & { received: number };
type Row = {
  wait: string;
  arm: number;
  event: string;
  where?: Rule | undefined;
  messageOf?: string | undefined;
  messageVisit?: number | undefined;
  notBefore?: number | undefined;
  since: Mark | number;
  taken: string[];
  ways?: ArmCount[][] | undefined;
};

/**
 * The tables of the commit protocol in memory, for one run: what commit.sql.ts and the router's queries do, in a few
 * lines.
 */
export class MemoryStore implements Store {
  private readonly events: Stored[] = [];
  private readonly queue: Stored[] = [];
  private readonly steps = new Map<number, StepInput[]>();
  private rows: Row[] = [];
  private timer: number | null = null;
  readonly commands: Command[] = [];

  constructor(private readonly enrollmentId: string) {}

  async ingest(happenings: Happening[]): Promise<void> {
    for (const happening of happenings) {
      const event = this.stored(happening);
      this.events.push(event);
      this.queue.push(event);
    }
  }

  async enter(at: number): Promise<RunEvent> {
    const event = this.stored({ at, happened: at, name: 'Entry', properties: {} });
    return withoutReceived(event);
  }

  private position = 0;
  private stored({ at, happened, name, properties, messageOf, visit }: Happening): Stored {
    this.position += 1;
    const message =
      messageOf === undefined
        ? {}
        : { enrollmentId: this.enrollmentId, nodeId: messageOf, ...(visit === undefined ? {} : { visit }) };
    const position = String(this.position);
    return {
      id: `event-${position}`,
      name,
      time: happened,
      properties: { ...properties, ...message },
      mark: { position, snapshot: '', time: happened, received: at },
      received: at,
    };
  }

  get queued(): number {
    return this.queue.length;
  }

  /** The first signal for each wait that the next events are for. */
  async route(count: number): Promise<RunSignal[]> {
    const found = new Map<string, RunSignal>();
    for (const event of this.queue.splice(0, count)) {
      const rows = this.matching(event, this.rows);
      // Of what takes several events the others are looked up.
      const several = new Set(rows.flatMap((row) => (row.ways ? [row.wait] : [])));
      this.match(
        found,
        event,
        rows.filter((row) => !row.ways),
      );
      if (rows.some((row) => row.wait.startsWith('exit:'))) continue;
      for (const signal of this.look(
        this.rows.filter((row) => several.has(row.wait)),
        { known: [], inTime: () => true },
      ))
        if ('wait' in signal && !found.has(signal.wait)) found.set(signal.wait, signal);
    }
    return [...found.values()];
  }

  private matching(event: Stored, rows: Row[]): Row[] {
    return rows.filter((row) => isSeen(row, event) && matchesArm(row, event, this.enrollmentId));
  }

  private match(
    found: Map<string, RunSignal>,
    event: Stored,
    rows: Row[],
    gatherings = new Map<string, Gathering>(),
  ): void {
    const matching = this.matching(event, rows);
    const exit = matching.find((row) => row.wait.startsWith('exit:'));
    for (const row of exit ? [exit] : matching) {
      if (found.has(row.wait)) continue;
      const signal = row.ways ? this.gather(row, event, gatherings) : signalFor(row, event);
      if (signal) found.set(row.wait, signal);
    }
  }

  private gather(row: Row, event: Stored, gatherings: Map<string, Gathering>): RunSignal | null {
    const gathering = gatherings.get(row.wait) ?? new Gathering(row.ways ?? []);
    gatherings.set(row.wait, gathering);
    const completion = gathering.add({ arm: row.arm, event: withoutReceived(event) });
    const { wait, arm } = row;
    return completion && { type: 'event', wait, arm, event: withoutReceived(event), gathered: completion.gathered };
  }

  private look(
    rows: Row[],
    { known, inTime }: { known: string[]; inTime: (row: Row, event: Stored) => boolean },
  ): RunSignal[] {
    const found = new Map<string, RunSignal>();
    const gatherings = new Map<string, Gathering>();
    for (const event of this.events)
      if (!known.includes(event.id))
        this.match(
          found,
          event,
          rows.filter((row) => inTime(row, event)),
          gatherings,
        );
    return [...found.values()];
  }

  async commit(request: CommitRequest, turn: Turn): Promise<CommitAnswer> {
    await turn();
    const first = this.before(request);
    if (first.length > 0) return { outcome: 'eventsFirst', events: first };
    await turn();
    const stored = this.steps.get(request.step);
    const opened = stored ? this.rows.map((row) => row.wait) : this.write(request);
    await turn();
    const missed = this.look(
      this.rows.filter((row) => opened.includes(row.wait)),
      { known: [], inTime: () => true },
    );
    return {
      outcome: 'applied',
      ...(stored
        ? { stored: [...this.steps].filter(([step]) => step >= request.step).map(([, inputs]) => inputs) }
        : {}),
      missed,
    };
  }

  private before(request: CommitRequest): RunSignal[] {
    const { inputs, step, offered: known } = request;
    if (this.steps.has(step) || inputs.some(({ type }) => type === 'exit' || type === 'cancel')) return [];
    if (inputs[0]?.type === 'enrolled')
      return this.look(
        rowsOf(request).filter((row) => row.wait.startsWith('exit:')),
        { known, inTime: () => true },
      ).slice(0, 1);
    const gathered = inputs.find((input) => input.type === 'event' && input.gathered);
    if (gathered?.type === 'event')
      return this.look(
        this.rows.filter((row) => row.wait.startsWith('exit:')),
        // Also what was offered already, as something that the run waits for.
        { known: [], inTime: (_, event) => !isLater(event.mark, gathered.event.mark) },
      );
    if (!inputs.some(({ type }) => ['timer', 'callDone', 'callFailed', 'moved'].includes(type))) return [];
    return this.look(this.rows, {
      known,
      inTime: (row, event) =>
        row.wait.startsWith('exit:') || event.received <= (this.timer ?? Number.POSITIVE_INFINITY),
    });
  }

  private write(request: CommitRequest): string[] {
    this.steps.set(request.step, structuredClone(request.inputs));
    this.commands.push(...request.commands);
    const closed = new Set(
      request.commands.flatMap((command) =>
        command.type === 'closeWait'
          ? [command.wait]
          : command.type === 'closeExit'
            ? [`exit:${command.criterion}`]
            : [],
      ),
    );
    const opened = rowsOf(request).filter((row) => !closed.has(row.wait));
    const ended = request.commands.some((command) => command.type === 'end' || command.type === 'leaving');
    this.rows = ended
      ? []
      : [
          ...this.rows.filter((row) => !closed.has(row.wait) && !opened.some((other) => other.wait === row.wait)),
          ...opened,
        ];
    if (closed.size > 0 || ended) this.timer = null;
    for (const command of request.commands)
      if (command.type === 'openWait' && !closed.has(command.wait)) this.timer = command.until;
    return ended ? [] : opened.map((row) => row.wait);
  }
}

function rowsOf({ commands, mark, since, taken, entryMark }: CommitRequest): Row[] {
  return commands.flatMap((command): Row[] => {
    if (command.type === 'openExit')
      return [
        {
          ...command,
          wait: `exit:${command.criterion}`,
          arm: 0,
          since: (command.again ? (mark ?? since) : entryMark) ?? since,
          taken,
        },
      ];
    if (command.type !== 'openWait') return [];
    return command.arms.map((each, arm) => ({
      ...each,
      wait: command.wait,
      arm,
      ways: command.ways,
      since: (each.lookBack ? (each.since ?? entryMark) : mark) ?? since,
      taken: [...taken, ...(each.taken ?? [])],
    }));
  });
}

function isSeen(row: Row, event: Stored): boolean {
  return (
    (typeof row.since === 'number' ? event.received > row.since : isLater(event.mark, row.since)) &&
    !row.taken.includes(event.id)
  );
}

function withoutReceived({ received: _, ...event }: Stored): RunEvent {
  return event;
}

function signalFor({ wait, arm }: Row, event: Stored): RunSignal {
  return wait.startsWith('exit:')
    ? { type: 'exit', criterion: wait.slice(5), event: withoutReceived(event) }
    : { type: 'event', wait, arm, event: withoutReceived(event) };
}

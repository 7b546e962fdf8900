import type { RunActionKind } from './run-action.js';

/** The kinds of actions that runs can ask for; rooms add theirs when they start. */
export class RunActionKinds {
  private readonly kinds = new Map<string, RunActionKind>();

  add<Settings>(kind: RunActionKind<Settings>): void {
    this.kinds.set(kind.kind, kind as unknown as RunActionKind);
  }

  /** Those that say what would come of them in a test run. */
  rehearsed(): string[] {
    return [...this.kinds.values()].filter(({ rehearse }) => rehearse !== undefined).map(({ kind }) => kind);
  }

  get(kind: string): RunActionKind | undefined {
    return this.kinds.get(kind);
  }
}

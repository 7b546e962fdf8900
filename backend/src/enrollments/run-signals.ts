import { Injectable } from '@nestjs/common';
import type { RunSignal } from '@wend/temporal';
import { ProgramRepository } from './program.repository.js';
import type { StoredStart } from './program.repository.js';
import { Runs } from './runs.js';

/**
 * A run as signals need it. `start` is stored until a step of the workflow itself is committed: until then it may
 * sleep, or not be started yet.
 */
export type SignalledRun = {
  workspace_id: string;
  workflow_id: string;
  program_hash: string;
  start: StoredStart | null;
};

/** Signals runs, those too that sleep since their start. */
@Injectable()
export class RunSignals {
  constructor(
    private readonly runs: Runs,
    private readonly programs: ProgramRepository,
  ) {}

  /** True when the run took the signal, false when there is no such run any more. */
  async send({ workspace_id, workflow_id, program_hash, start }: SignalledRun, signal: RunSignal): Promise<boolean> {
    return this.runs.client.signal(
      {
        workflowId: workflow_id,
        start: start ? await this.programs.startOf({ workspace_id, program_hash, start }) : undefined,
      },
      signal,
    );
  }
}

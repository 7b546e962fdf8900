import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowStartOptions } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Program } from '@wend/contract';
import { journeyIdKey, workspaceIdKey } from './connection.js';
import { enrollmentWorkflowId, enrollmentWorkflowType, runSignalName, runTaskQueue } from './protocol.js';
import type { EnrollmentStart, RunSignal } from './protocol.js';

const grpcNotFound = 5;
const grpcUnimplemented = 12;
/** The server's configuration may change while this process runs. */
const rememberSkippingMs = 60_000;
const yearMs = 365 * 24 * 3_600_000;
/** Of 1 to 5; 3 where nothing is said. */
const beforeOthers = 2;

/** `busy`: a workflow task or an activity of the run is under way or about to be. */
export type VirtualTime = { at: number; running: boolean; fastForwarding: boolean; busy: boolean };

/** Starting, signalling and fast-forwarding runs: all that Wend asks of a Temporal client. */
export class RunsClient {
  private skipping: { answer: Promise<boolean>; until: number } | null = null;

  constructor(
    readonly client: Client,
    private readonly options: { taskQueue?: string; eager?: boolean } = {},
  ) {}

  private get taskQueue(): string {
    return this.options.taskQueue ?? runTaskQueue;
  }

  /**
   * Starts a run; one that is already started counts as success. Needs a worker in this process for an eager start.
   * With a snapshot in a wait the run sleeps on the server, without a workflow task, until the wait is over or a signal
   * with its start wakes it.
   */
  async start(start: EnrollmentStart): Promise<void> {
    const startDelay = sleepOf(start, Date.now());
    try {
      await this.client.workflow.start(enrollmentWorkflowType, {
        ...this.startOptions(start),
        ...(startDelay > 0 ? { startDelay } : { requestEagerStart: this.options.eager ?? false }),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  private startOptions(start: EnrollmentStart): WorkflowStartOptions<(start: EnrollmentStart) => Promise<unknown>> {
    const { enrollmentId, journeyId, workspaceId } = start.identity;
    return {
      workflowId: enrollmentWorkflowId(enrollmentId),
      taskQueue: this.taskQueue,
      args: [start],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      ...(sendsTransactional(start.program) && { priority: { priorityKey: beforeOthers } }),
      typedSearchAttributes: [
        { key: journeyIdKey, value: journeyId },
        { key: workspaceIdKey, value: workspaceId },
      ],
    };
  }

  /**
   * True when the run took the signal, false when there is no such run any more. A run that may still sleep since its
   * start needs the start with it: the server lets only a signal that could also start the run end that sleep.
   */
  async signal(
    { workflowId, start }: { workflowId: string; start?: EnrollmentStart | undefined },
    signal: RunSignal,
  ): Promise<boolean> {
    try {
      if (start)
        await this.client.workflow.signalWithStart(enrollmentWorkflowType, {
          ...this.startOptions(start),
          signal: runSignalName,
          signalArgs: [signal],
        });
      else await this.client.workflow.getHandle(workflowId).signal(runSignalName, signal);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  /** Ends a run's execution without running any of it. */
  async terminate(workflowId: string, reason: string): Promise<void> {
    try {
      await this.client.workflow.getHandle(workflowId).terminate(reason);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  /** Deletes a run's history, and ends the run first when it goes on. Nothing to do when there is none. */
  async erase(workflowId: string): Promise<void> {
    await this.client.connection.workflowService
      .deleteWorkflowExecution({ namespace: this.client.options.namespace, workflowExecution: { workflowId } })
      .catch((error: { code?: number }) => {
        if (error.code !== grpcNotFound) throw error;
      });
  }

  /**
   * Lets `ms` of workflow time pass as soon as the run is idle; returns without waiting. A run that has ended stays as
   * it is. Needs a server with time skipping.
   */
  async skip({ workflowId, ms }: { workflowId: string; ms: number }): Promise<void> {
    await this.askToSkip({ workflowId, ms }).catch((error: { code?: number }) => {
      if (error.code !== grpcNotFound) throw error;
    });
  }

  /**
   * False when the server refuses to skip time. No capability says so: a run that does not exist is asked for, and the
   * refusal comes first.
   */
  canSkip(): Promise<boolean> {
    if (this.skipping && this.skipping.until > Date.now()) return this.skipping.answer;
    const answer = this.askToSkip({ workflowId: `skipping/${randomUUID()}`, ms: 1 }).then(
      () => true,
      (error: { code?: number }) => error.code !== grpcUnimplemented,
    );
    this.skipping = { answer, until: Date.now() + rememberSkippingMs };
    return answer;
  }

  /** Ends a skip whose time has passed, at once: the server does so only when its timers are looked through again. */
  async endSkip(workflowId: string): Promise<void> {
    await this.setSkipping(workflowId, { enabled: false }).catch((error: { code?: number }) => {
      if (error.code !== grpcNotFound) throw error;
    });
  }

  private async askToSkip({ workflowId, ms }: { workflowId: string; ms: number }): Promise<void> {
    await this.setSkipping(workflowId, {
      enabled: true,
      fastForwardConfig: { id: randomUUID(), duration: durationOf(ms) },
    });
  }

  private async setSkipping(
    workflowId: string,
    timeSkippingConfig: proto.temporal.api.common.v1.ITimeSkippingConfig,
  ): Promise<void> {
    await this.client.connection.workflowService.updateWorkflowExecutionOptions({
      namespace: this.client.options.namespace,
      workflowExecution: { workflowId },
      workflowExecutionOptions: { timeSkippingConfig },
      updateMask: { paths: ['time_skipping_config'] },
    });
  }

  /** The run's virtual time as the server sees it, and whether a fast-forward is still under way. */
  async virtualTime(workflowId: string): Promise<VirtualTime> {
    const { workflowExecutionInfo, workflowExtendedInfo, pendingActivities, pendingWorkflowTask } =
      await this.client.connection.workflowService.describeWorkflowExecution({
        namespace: this.client.options.namespace,
        execution: { workflowId },
      });
    const info = workflowExtendedInfo?.timeSkippingInfo;
    const at = info?.currentTime
      ? Number(info.currentTime.seconds ?? 0) * 1_000 + Math.floor((info.currentTime.nanos ?? 0) / 1e6)
      : Date.now();
    const running =
      workflowExecutionInfo?.status ===
      proto.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    return {
      at,
      running,
      fastForwarding: info?.effectiveConfig?.enabled === true,
      busy: (pendingActivities?.length ?? 0) > 0 || Boolean(pendingWorkflowTask),
    };
  }
}

/** Whether runs may send what people wait for (a receipt, a code): these go before others where many begin at once. */
function sendsTransactional({ instructions }: Program): boolean {
  return instructions.some((each) => each.op === 'send' && each.messageClass === 'transactional');
}

/** How long nothing needs to run, in ms. A wait without an end is looked at once a year, which changes nothing. */
function sleepOf({ snapshot, offset }: EnrollmentStart, now: number): number {
  const wait = snapshot?.state.wait;
  if (!snapshot || !wait || wait.kind === 'call' || snapshot.inbox.length > 0) return 0;
  return wait.until === null ? yearMs : Math.max(0, wait.until - offset - now);
}

function durationOf(ms: number): { seconds: never; nanos: number } {
  return { seconds: Math.floor(ms / 1_000) as never, nanos: Math.round(ms % 1_000) * 1e6 };
}

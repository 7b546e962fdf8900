import { proxySinks } from '@temporalio/workflow';
import type {
  LocalActivityInput,
  Next,
  Sinks,
  WorkflowInterceptors,
  WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/**
 * Tells the test what a workflow asks of its local activities, also while it is replayed: the history itself does not
 * say.
 */
export type AskedSinks = Sinks & { asked: { tell: (activity: string, args: unknown[]) => void } };

const { asked } = proxySinks<AskedSinks>();

class Outbound implements WorkflowOutboundCallsInterceptor {
  async scheduleLocalActivity(
    input: LocalActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleLocalActivity'>,
  ): Promise<unknown> {
    asked.tell(input.activityType, input.args);
    return next(input);
  }
}

export const interceptors = (): WorkflowInterceptors => ({ inbound: [], outbound: [new Outbound()], internals: [] });

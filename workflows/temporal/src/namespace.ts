import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const attributes = {
  JourneyId: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  WorkspaceId: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
};

type PrepareNamespaceOptions = {
  address: string;
  namespace: string;
  retentionHours?: number;
  timeoutMs?: number;
};

/**
 * Makes the namespace (closed histories kept for `retentionHours`) and the search attributes if they are missing, and
 * waits until they can be used: a new namespace takes up to 10 s to be seen. Safe to run again. Throws when that takes
 * longer than `timeoutMs`.
 */
export async function prepareNamespace(options: PrepareNamespaceOptions): Promise<void> {
  const { address, namespace, retentionHours = 72, timeoutMs = 60_000 } = options;
  const connection = await Connection.connect({ address, connectTimeout: '10s' });
  const deadline = Date.now() + timeoutMs;
  try {
    await ignoring('ALREADY_EXISTS', () =>
      connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: (retentionHours * 3_600) as never },
      }),
    );
    await until(deadline, () => connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }));
    await until(deadline, async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.fromEntries(
        Object.entries(attributes).filter(([name]) => !(name in (customAttributes ?? {}))),
      );
      if (Object.keys(missing).length === 0) return;
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
    });
    await until(deadline, () =>
      connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1, query: 'JourneyId = "none"' }),
    );
  } finally {
    await connection.close();
  }
}

async function ignoring(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (
      !String((error as Error).message).includes(code) &&
      !/already (exists|registered)/i.test((error as Error).message)
    )
      throw error;
  }
}

async function until(deadline: number, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

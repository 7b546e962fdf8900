import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';

export const journeyIdKey = defineSearchAttributeKey('JourneyId', 'KEYWORD');
export const workspaceIdKey = defineSearchAttributeKey('WorkspaceId', 'KEYWORD');

/** A client for processes that run no worker (the api). */
export async function connectClient({ address, namespace }: { address: string; namespace: string }): Promise<Client> {
  const connection = await Connection.connect({ address });
  return new Client({ connection, namespace });
}

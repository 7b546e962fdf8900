import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { dataConverterOf } from './program-codec.js';
import type { ProgramStore } from './program-codec.js';

export const journeyIdKey = defineSearchAttributeKey('JourneyId', 'KEYWORD');
export const workspaceIdKey = defineSearchAttributeKey('WorkspaceId', 'KEYWORD');

/**
 * A client for processes that run no worker (the api). One that starts runs, or signals them with a program, needs
 * `programs`: without it large programs travel whole.
 */
export async function connectClient({
  address,
  namespace,
  programs,
}: {
  address: string;
  namespace: string;
  programs?: ProgramStore;
}): Promise<Client> {
  const connection = await Connection.connect({ address });
  return new Client({ connection, namespace, ...(programs && { dataConverter: dataConverterOf(programs) }) });
}

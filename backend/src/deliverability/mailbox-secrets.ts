import type { Scope } from '../platform/database/index.js';
import type { Secrets } from '../platform/secrets/index.js';
import type { MailboxRow } from './mailbox.repository.js';

const purpose = 'bounce-mailbox';

type Of = Scope & { connectionId: string };

export function sealPassword(secrets: Secrets, { workspaceId, connectionId }: Of, password: string): Buffer {
  return secrets.seal({ purpose, context: `${workspaceId}:${connectionId}`, plain: password });
}

/** Throws one sentence when it cannot be opened any more. */
export function passwordOf(
  secrets: Secrets,
  { workspaceId, connectionId, secrets: sealed }: Of & Pick<MailboxRow, 'secrets'>,
): string {
  return secrets.open({ purpose, context: `${workspaceId}:${connectionId}`, sealed });
}

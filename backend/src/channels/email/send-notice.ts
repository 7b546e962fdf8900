import { isProviderError } from '../provider.js';
import type { ChannelRegistry } from '../channel-registry.js';
import type { ChannelsService } from '../channels.service.js';
import type { Candidate } from '../routing.js';
import type { Scope } from '../../platform/database/index.js';
import { noticeMail } from './notice-mail.js';

const patienceMs = 30_000;

export type Notice = {
  /** The same at every try: providers can tell repeats by it. */
  id: string;
  address: string;
  /** The dashboard's address, without a slash at the end. */
  publicUrl: string;
  subject: string;
  text: string;
  html: string;
};
type SendNoticeOptions = {
  registry: ChannelRegistry;
  channels: ChannelsService;
  notice: Notice;
  /** What to do without a connection, as the end of a sentence's paragraph. */
  otherwise: string;
};

/**
 * Sends a mail from Wend itself through the workspace's own connections: by the first that takes it. Throws an `Error` in
 * words when none does.
 */
export async function sendNotice(
  scope: Scope,
  { registry, channels, notice, otherwise }: SendNoticeOptions,
): Promise<void> {
  const channel = registry.list().find(({ definition, mail }) => mail && definition.address?.ofMembers)!;
  const table = await channels.routing(scope);
  const ways = channels.routesFor(scope, {
    // It is meant to arrive, also where people's messages are kept in the sandbox.
    table: { ...table, sandboxed: [] },
    routed: {
      channel: channel.definition.name,
      origin: 'live',
      recipient: notice.address,
      country: null,
      messageClass: 'transactional',
      topic: null,
    },
  });
  let refused: Error = new Error(`${channel.definition.label} has no connection. ${otherwise}`);
  for (const way of ways) {
    const failure = await sendBy(way, { workspaceId: scope.workspaceId, channel: channel.definition.name, notice });
    if (failure === null) return;
    refused = failure;
  }
  throw refused;
}

/** Null when it was taken. */
async function sendBy(
  way: Candidate,
  { workspaceId, channel, notice }: { workspaceId: string; channel: string; notice: Notice },
): Promise<Error | null> {
  const { id, address, ...mail } = notice;
  try {
    const { provider, connection } = way.open();
    await provider.send({
      message: { id, workspaceId, channel },
      content: noticeMail({ settings: connection?.settings ?? {}, ...mail }),
      recipient: address,
      devices: [],
      idempotencyKey: id,
      connection,
      signal: AbortSignal.timeout(patienceMs),
      handingOver: () => Promise.resolve(),
    });
    return null;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return new Error(`${way.name}: ${error.message}`);
  }
}

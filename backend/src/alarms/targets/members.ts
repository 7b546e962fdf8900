import { isProviderError, noticeMail } from '../../channels/index.js';
import type { Candidate, ChannelRegistry, ChannelsService } from '../../channels/index.js';
import { escapeHtml } from '../../platform/text/index.js';
import { headline } from '../notice.js';
import { Untellable } from './target.js';
import type { Tell, Telling } from './target.js';

const patienceMs = 30_000;

/** To a member, through the workspace's own connections: by the first that takes it. */
export function members({ registry, channels }: { registry: ChannelRegistry; channels: ChannelsService }): Tell {
  return async (telling) => {
    const channel = registry.list().find(({ definition, mail }) => mail && definition.address?.ofMembers)!;
    const { address } = telling;
    if (address === null) throw new Untellable('This member is gone.');
    const table = await channels.routing(telling);
    const ways = channels.routesFor(telling, {
      // It is meant to arrive, also where people's messages are kept in the sandbox.
      table: { ...table, sandboxed: [] },
      routed: {
        channel: channel.definition.name,
        origin: 'live',
        recipient: address,
        country: null,
        messageClass: 'transactional',
        topic: null,
      },
    });
    let refused: Error = new Error(
      `${channel.definition.label} has no connection. Add one under Settings → Channels, or tell alarms by webhook.`,
    );
    for (const way of ways) {
      const failure = await sendBy(way, { telling, channel: channel.definition.name, address });
      if (failure === null) return;
      refused = failure;
    }
    throw refused;
  };
}

/** Null when it was taken. */
async function sendBy(
  way: Candidate,
  { telling, channel, address }: { telling: Telling; channel: string; address: string },
): Promise<Error | null> {
  try {
    const { provider, connection } = way.open();
    await provider.send({
      message: { id: telling.id, workspaceId: telling.workspaceId, channel },
      content: noticeMail({ settings: connection?.settings ?? {}, publicUrl: telling.publicUrl, ...mailOf(telling) }),
      recipient: address,
      devices: [],
      idempotencyKey: telling.id,
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

function mailOf({ notice, publicUrl, workspaceName }: Telling): { subject: string; text: string; html: string } {
  const { alarm, what } = notice;
  const paragraphs = [
    alarm.summary,
    ...(alarm.breaker === null ? [] : [alarm.breaker]),
    ...(what === 'cleared' ? [] : [alarm.advice]),
  ];
  const look = `${publicUrl}${alarm.path}`;
  const footer = `You get this because an admin of “${workspaceName}” chose you under Settings → Alarms.`;
  return {
    subject: `[Wend] ${headline(notice)}`,
    text: [headline(notice), ...paragraphs, `Look at it: ${look}\nAll alarms: ${publicUrl}/alarms`, footer].join(
      '\n\n',
    ),
    html: `<!doctype html><html><body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:36rem">
<h2 style="font-size:1.1rem">${escapeHtml(headline(notice))}</h2>
${paragraphs.map((each) => `<p>${escapeHtml(each)}</p>`).join('\n')}
<p><a href="${escapeHtml(look)}">Look at it</a> · <a href="${escapeHtml(`${publicUrl}/alarms`)}">All alarms</a></p>
<p style="color:#666;font-size:.85rem">${escapeHtml(footer)}</p></body></html>`,
  };
}

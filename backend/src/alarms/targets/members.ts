import { sendNotice } from '../../channels/index.js';
import type { ChannelRegistry, ChannelsService } from '../../channels/index.js';
import { escapeHtml } from '../../platform/text/index.js';
import { headline } from '../notice.js';
import { Untellable } from './target.js';
import type { Tell, Telling } from './target.js';

/** To a member, through the workspace's own connections: by the first that takes it. */
export function members(given: { registry: ChannelRegistry; channels: ChannelsService }): Tell {
  return async (telling) => {
    const { address, id, publicUrl, workspaceId } = telling;
    if (address === null) throw new Untellable('This member is gone.');
    await sendNotice(
      { workspaceId },
      {
        ...given,
        notice: { id, address, publicUrl, ...mailOf(telling) },
        otherwise: 'Add one under Settings → Channels, or tell alarms by webhook.',
      },
    );
  };
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

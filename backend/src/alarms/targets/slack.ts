import type { SafeHttpClient } from '../../platform/outbound/index.js';
import { headline } from '../notice.js';
import { post } from './http.js';
import type { Tell } from './target.js';

/** Slack’s incoming webhooks, and whoever takes `{ "text": … }` as they do (Mattermost, Discord with `/slack`). */
export function slack(http: SafeHttpClient): Tell {
  return async ({ notice, publicUrl, workspaceName, secrets }) => {
    const { alarm } = notice;
    const lines = [
      `*${escaped(headline(notice))}* (${escaped(workspaceName)})`,
      escaped(alarm.summary),
      ...(alarm.breaker === null ? [] : [escaped(alarm.breaker)]),
      ...(notice.what === 'cleared' ? [] : [`_${escaped(alarm.advice)}_`]),
      `<${publicUrl}${alarm.path}|Open in Wend> · <${publicUrl}/alarms|All alarms>`,
    ];
    await post(http, { url: secrets['url'] ?? '', body: JSON.stringify({ text: lines.join('\n') }) });
  };
}

/** As Slack wants it: these three, and nothing else (https://docs.slack.dev/messaging/formatting-message-text). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { Webhook } from 'standardwebhooks';
import type { SafeHttpClient } from '../../platform/outbound/index.js';
import { post } from './http.js';
import type { Tell } from './target.js';

/** JSON, signed as Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks) over the exact bytes. */
export function webhook(http: SafeHttpClient): Tell {
  return async ({ id, notice, publicUrl, workspaceId, workspaceName, secrets }) => {
    const { what, at, alarm } = notice;
    const { path, subjectId, about, name, ...rest } = alarm;
    const body = JSON.stringify({
      type: `alarm.${what}`,
      timestamp: at,
      data: {
        ...rest,
        subject: { about, id: subjectId, name },
        workspace: { id: workspaceId, name: workspaceName },
        url: `${publicUrl}${path}`,
      },
    });
    const now = new Date();
    await post(http, {
      url: secrets['url'] ?? '',
      body,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': new Webhook(secrets['secret'] ?? '').sign(id, now, body),
      },
    });
  };
}

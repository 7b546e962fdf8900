import type { WebPushContent } from '../../web-push-content.js';

/**
 * What the service worker of `@wend/web` gets. A notification needs a title: the text takes its place where there is
 * none.
 */
export function payloadOf({ id, content }: { id: string; content: WebPushContent }): string {
  const { title, body, icon, image, link, actions, collapseKey, requireInteraction, report } = content;
  return JSON.stringify({
    wend: 1,
    id,
    title: title || body,
    body: title ? body : '',
    ...(icon && { icon }),
    ...(image && { image }),
    ...(link && { link }),
    ...(actions?.length && {
      actions: actions.map((each, index) => ({
        action: `button-${index + 1}`,
        title: each.label,
        ...(each.link && { link: each.link }),
      })),
    }),
    ...(collapseKey && { tag: collapseKey }),
    ...(requireInteraction && { requireInteraction }),
    ...(report && { report: { url: report } }),
  });
}

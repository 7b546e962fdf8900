/** A message as Wend sends it to the service worker. */
export type PushMessage = {
  wend: 1;
  id: string;
  title: string;
  body: string;
  icon?: string;
  image?: string;
  badge?: string;
  link?: string;
  actions: { action: string; title: string; link?: string }[];
  tag?: string;
  requireInteraction: boolean;
  data: Record<string, unknown>;
  /** Where to say what became of it. */
  report?: { url: string };
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Reads what a push brought; null for everything that is not Wend's. Never throws. */
export function readMessage(content: string | undefined): PushMessage | null {
  let raw: Record<string, unknown>;
  try {
    raw = object(JSON.parse(content ?? ''));
  } catch {
    // No JSON: somebody else's.
    return null;
  }
  const title = text(raw['title']);
  if (raw['wend'] !== 1 || !title) return null;
  const message: PushMessage = {
    wend: 1,
    id: text(raw['id']) ?? '',
    title,
    body: text(raw['body']) ?? '',
    requireInteraction: raw['requireInteraction'] === true,
    data: object(raw['data']),
    actions: (Array.isArray(raw['actions']) ? raw['actions'] : []).map(object).flatMap((each) => {
      const [action, label, link] = [text(each['action']), text(each['title']), text(each['link'])];
      return action && label ? [{ action, title: label, ...(link ? { link } : {}) }] : [];
    }),
  };
  for (const name of ['icon', 'image', 'badge', 'link', 'tag'] as const) {
    const value = text(raw[name]);
    if (value) message[name] = value;
  }
  const url = text(object(raw['report'])['url']);
  if (url && webAddress(url)) message.report = { url };
  return message;
}

/** Where a click leads: the action's own link, else the message's; null when there is none that is safe to open. */
export function linkOf({
  message,
  action,
  base,
}: {
  message: PushMessage;
  action: string;
  base: string;
}): string | null {
  const own = message.actions.find((each) => each.action === action)?.link;
  return webAddress(own ?? message.link, base);
}

/** The whole address when it is of the web: a link must not run anything or reach into the device. */
function webAddress(link: string | undefined, base?: string): string | null {
  if (!link || !URL.canParse(link, base)) return null;
  const url = new URL(link, base);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}

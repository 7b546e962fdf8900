export const snippetLanguages = [
  { value: 'node', label: 'Node.js' },
  { value: 'web', label: 'Website' },
  { value: 'browser', label: 'Segment in a browser' },
  { value: 'curl', label: 'curl' },
] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number]['value'];

/** Code that sends a first event to this Wend. `origin` is where Wend is reached, `key` a key that may send events. */
export function snippet({ language, origin, key }: { language: SnippetLanguage; origin: string; key: string }): string {
  const { protocol, host } = new URL(origin);
  switch (language) {
    case 'node':
      return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({
  writeKey: '${key}',
  host: '${origin}',
});

analytics.identify({
  userId: 'user-1',
  traits: { first_name: 'Mina', email: 'mina@example.com', timezone: 'Asia/Seoul' },
});
analytics.track({ userId: 'user-1', event: 'Signed Up', properties: { plan: 'free' } });

await analytics.closeAndFlush();`;
    case 'web':
      return `<script src="${origin}/wend.js" data-write-key="${key}"></script>
<script>
  wend.page();
  wend.identify('user-1', { first_name: 'Mina', email: 'mina@example.com' });
  wend.track('Signed Up', { plan: 'free' });
</script>`;
    case 'browser':
      return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next';

const writeKey = '${key}';
const analytics = AnalyticsBrowser.load({
  writeKey,
  cdnSettings: {
    integrations: {
      'Segment.io': { apiKey: writeKey, apiHost: '${host}/v1', protocol: '${protocol.replace(':', '')}' },
    },
  },
});

analytics.identify('user-1', { first_name: 'Mina', email: 'mina@example.com' });
analytics.track('Signed Up', { plan: 'free' });`;
    case 'curl':
      return `curl -u '${key}:' ${origin}/v1/identify \\
  -H 'Content-Type: application/json' \\
  -d '{ "userId": "user-1", "traits": { "first_name": "Mina", "email": "mina@example.com" } }'

curl -u '${key}:' ${origin}/v1/track \\
  -H 'Content-Type: application/json' \\
  -d '{ "userId": "user-1", "event": "Signed Up", "properties": { "plan": "free" } }'`;
  }
}

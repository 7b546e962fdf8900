import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'channels are named by their own folders alone',
  broken: [
    {
      path: 'backend/src/messages/x.ts',
      code: `export const isText = (name: string) => name === 'sms';`,
      says: /channel-names: “sms” is a channel.*Ask its definition/,
    },
    {
      path: 'backend/src/channels/composer.ts',
      code: `export const x = (message: { channel: string }) => message.channel !== 'email';`,
      says: /channel-names: “email” is a channel/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `export const words: Record<string, string> = { email: 'Email', push: 'Push' };`,
      says: /channel-names: “email” is a channel/,
    },
    {
      path: 'workflows/nodes/src/sms/x.ts',
      code: 'export const x = `kakao-alimtalk`;',
      says: /channel-names: “kakao-alimtalk” is a channel/,
    },
    {
      path: 'frontend/dashboard/src/features/outbox/x.tsx',
      code: `export const one = { channel: 'webhook' };`,
      says: /channel-names: “webhook” is a channel/,
    },
    {
      path: 'backend/src/messages/x.ts',
      code: `export const list = ['email', 'push'];`,
      says: /channel-names: “email”/,
    },
    {
      path: 'backend/src/messages/x.ts',
      code: `export const x = (channel: string) => { switch (channel) { default: return 1; } };`,
      says: /channel-names: A switch over channels/,
    },
    {
      path: 'backend/src/messages/x.ts',
      code: `export const x = (address: { trait: string }) => address.trait === 'email';`,
      says: /channel-names: “email” is a channel/,
    },
  ],
  kept: [
    { path: 'backend/src/channels/sms/x.ts', code: `export const x = { channel: 'sms' };` },
    { path: 'workflows/nodes/src/webpush/x.ts', code: `export const x = 'webpush';` },
    { path: 'workflows/contract/src/channels/x.ts', code: `export const x = 'sms';` },
    { path: 'backend/src/messages/x.spec.ts', code: `export const x = 'sms';` },
    {
      path: 'backend/src/access/x.ts',
      code: `export const x = (form: FormData, text: any) => [form.get('email'), text.on('line'), { email: 'a@b' }];`,
    },
    { path: 'backend/src/access/x.ts', code: `export type X = Pick<{ email: string }, 'email'> | 'sms';` },
  ],
};

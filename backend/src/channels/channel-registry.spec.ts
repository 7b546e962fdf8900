import { builtInChannels, channelOf } from '@wend/contract';
import { defineChannel, defineProvider } from '@wend/node-sdk';
import { describe, expect, it } from 'vitest';
import { ChannelRegistry } from './channel-registry.js';

const device = (kind: string, permission = 'authorized') => ({ kind, permission, token: `${kind} token` });
const full = {
  traits: { email: 'a@example.com', phone: '+49 30 1234567' },
  devices: [device('fcm')],
  unsubscribed: [],
};

describe('whom a channel reaches', () => {
  const registry = new ChannelRegistry();

  it('depends on address, device and consent', () => {
    expect(registry.reachability(full)).toMatchObject({
      email: true,
      sms: true,
      push: true,
      webpush: false,
      webhook: true,
      whatsapp: true,
      line: false,
    });
    expect(
      registry.reachability({
        ...full,
        traits: { email: 'nobody', phone: '12' },
        devices: [device('fcm', 'denied'), device('sandbox')],
      }),
    ).toMatchObject({ email: false, sms: false, push: true, webpush: true, webhook: true, whatsapp: false });
    const left = { ...full, unsubscribed: ['email', 'push', 'webhook'] };
    expect(registry.reachability(left)).toMatchObject({ email: false, sms: true, push: false, webhook: true });
    expect([registry.canReach('email', full), registry.canReach('carrier-pigeon', full)]).toEqual([true, false]);
  });

  it('gives the address that a message goes to', () => {
    const to = (name: string, devices = full.devices) => registry.addressOf(registry.get(name), { ...full, devices });
    expect([to('email'), to('sms'), to('push'), to('webpush'), to('webhook')]).toEqual([
      'a@example.com',
      '+49301234567',
      'fcm token',
      null,
      null,
    ]);
    expect(to('push', [device('fcm', 'denied'), device('webpush')])).toBeNull();
  });

  it('of a name that nobody brings says so', () => {
    expect(() => registry.get('carrier-pigeon')).toThrow('There’s no channel “carrier-pigeon”.');
  });
});

it('has code for each channel that the contract defines, and no other', () => {
  expect(new ChannelRegistry().list().map(({ definition }) => definition)).toEqual(builtInChannels);
});

describe('what packages bring', () => {
  const open = () => ({ send: () => Promise.resolve({ status: 'sent' as const }) });
  const provider = (channel: string, name: string) =>
    defineProvider({ channel, name, title: 'X', description: '', idempotent: true, open });
  const email = defineChannel({
    definition: channelOf('email'),
    templates: () => ({}),
    compose: () => ({ content: {}, problems: [] }),
  });

  it.each([
    [{ channels: [email], providers: [] }, 'The channel email is defined twice'],
    [{ channels: [], providers: [provider('email', 'smtp')] }, 'The provider smtp is defined twice'],
    [{ channels: [], providers: [provider('fax', 'fax-line')] }, 'delivers for the channel “fax”, which no package'],
  ])('cannot take the place of what is there, or hang in the air: %#', (brought, message) => {
    expect(() => new ChannelRegistry(brought)).toThrow(message);
  });
});

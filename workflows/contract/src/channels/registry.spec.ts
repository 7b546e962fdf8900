import { describe, expect, it } from 'vitest';
import { addChannels, builtInChannels, channelOf, channelWords, knownChannels, personChannels } from './registry.js';
import { titleFields, titleOf } from './definition.js';

const fax = { ...channelOf('sms'), name: 'fax', label: 'Fax', words: 'fax', title: '{number} {text:5}' };

describe('channels', () => {
  it('come from packages too, once, and never instead of one that Wend brings', () => {
    addChannels([fax, { ...fax, name: 'email' }]);
    addChannels([fax]);
    expect(knownChannels().map(({ name }) => name)).toEqual([...builtInChannels.map(({ name }) => name), 'fax']);
    expect(channelWords('email')).toBe('email');
    expect(channelWords('fax')).toBe('fax');
    expect(personChannels()).toEqual(expect.arrayContaining(['email', 'sms', 'push', 'webpush', 'fax']));
    expect(personChannels()).not.toContain('webhook');
    expect(() => addChannels([{ ...fax, name: 'Fax!' }])).toThrow('“Fax!” needs a name');
  });
  it('that nobody brings any more are called by their names', () => {
    expect(channelOf('carrier-pigeon')).toMatchObject({ label: 'Carrier pigeon', words: 'carrier pigeon' });
  });
});

describe('the line that stands for a message', () => {
  it.each([
    ['email', { subject: 'Hi', text: 'x' }, 'Hi'],
    ['email', { subject: '' }, null],
    ['sms', { text: 'a'.repeat(81) }, `${'a'.repeat(79)}…`],
    ['webhook', { method: 'POST', url: 'https://u:p@hooks.example:8443/a?b' }, 'POST hooks.example:8443'],
    ['push', { title: 7 }, null],
    ['push', null, null],
  ])('of %s %j is %s', (channel, content, line) => {
    expect(titleOf(channelOf(channel), content)).toBe(line);
  });
  it('says which fields it takes', () => {
    expect(titleFields(fax)).toEqual(['number', 'text']);
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { channelNames, roomsOf } from './rules/channel-names.mjs';

const root = join(import.meta.dirname, '..', '..');

it('knows the channels by their definitions', () => {
  expect(channelNames).toContain('sms');
  expect(channelNames.length).toBeGreaterThan(5);
});

it.each(channelNames)('%s has a folder of its name in each room', (name) => {
  expect(roomsOf(name).filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
});

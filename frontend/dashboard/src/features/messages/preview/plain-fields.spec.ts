import { addChannels, channelOf } from '@wend/contract/plain';
import { expect, it } from 'vitest';
import { plainFields } from './plain-fields';

it('shows a message of a channel that this build does not know by its fields', () => {
  const content = { buttons: [{ text: 'Yes' }], text: 'Hello', silent: false, extra: null, link: '' };
  expect(plainFields('pager', content).map(({ label, text }) => [label, text])).toEqual([
    ['buttons', '[\n  {\n    "text": "Yes"\n  }\n]'],
    ['text', 'Hello'],
    ['silent', 'false'],
  ]);
  addChannels([{ ...channelOf('pager'), content: [{ name: 'text', label: 'Message' }] }]);
  expect(plainFields('pager', content).map(({ label }) => label)).toEqual(['Message', 'buttons', 'silent']);
  expect(plainFields('pager', null)).toEqual([]);
});

import { fillTemplate } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { waitWindow } from './wait-window.node.js';

const windows = [
  { days: [5, 1, 2, 3, 4], from: '09:00', to: '18:00' },
  { from: '22:00', to: '02:00' },
];

it('asks for its windows, of every day where none is chosen', () => {
  const { instructions, facts } = lowerNode(waitWindow, { windows });
  expect(facts).toEqual([
    {
      kind: 'when',
      time: {
        kind: 'window',
        windows: [
          { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' },
          { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '02:00' },
        ],
      },
    },
  ]);
  expect(instructions).toEqual([{ op: 'wait', until: { fact: 0 }, target: { port: 'next', pc: 0 } }]);
});

it('says them on the card', () => {
  expect(fillTemplate(waitWindow.manifest.summary, { windows })).toBe('until 09:00–18:00 on Mon–Fri, 22:00–02:00');
});

it.each([
  [[], 'windows', 'Add a time window.'],
  [[{ from: '9:00', to: '18:00' }], 'windows[0].from', 'Enter a time as HH:MM, from 00:00 to 23:59.'],
  [[{ days: [1, 1], from: '09:00', to: '18:00' }], 'windows[0].days', 'A weekday is chosen twice.'],
])('does not take %j', (given, path, message) => {
  expect(waitWindow.parse({ windows: given })).toEqual({ ok: false, problems: [{ path, message }] });
});

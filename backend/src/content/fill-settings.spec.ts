import type { JsonObject, FillType } from '@wend/contract';
import { afterAll, expect, it } from 'vitest';
import { fillSettings } from './fill-settings.js';
import { Renderer } from './renderer.js';

const renderer = new Renderer({ threads: 1 });
afterAll(() => renderer.close());

const entry = { amount: 12.5, paid: true, items: [{ sku: 'a' }, { sku: 'b' }], note: '', when: '2026-03-04', at: null };
const filled = (template: JsonObject, types?: Record<string, FillType>) =>
  fillSettings(renderer, {
    template,
    types,
    zones: ['Asia/Seoul'],
    variables: {
      profile: { name: '한글 "Mina"', score: 3 },
      entry,
      event: entry,
      run: { fetch: { tier: { level: 2 } } },
      now: '2026-03-04T09:30:00.000Z',
    },
  });

it('keeps the type of what one tag alone comes to; others are text', async () => {
  expect(
    await filled({
      amount: '{{ entry.amount }}',
      more: ' {{- entry.amount | plus: 1 -}} ',
      paid: '{{ event.paid }}',
      items: '{{ entry.items }}',
      skus: '{{ entry.items | map: "sku" }}',
      level: '{{ run.fetch.tier }}',
      missing: '{{ profile.nobody.knows }}',
      empty: '{{ entry.note }}',
      nothing: '{{ entry.at }}',
      text: '{{ entry.amount }} €',
      both: '{{ entry.paid }}{{ entry.paid }}',
      chosen: '{% if entry.paid %}yes{% endif %}',
      name: 'Hi {{ profile.name }}',
      raw: '{{ entry.items | raw }}',
      json: '{{ entry.items | json }}',
      date: '{{ now | date: "%H:%M" }}',
      list: [{ deep: '{{ profile.score }}' }, 7, null],
    }),
  ).toEqual({
    ok: true,
    values: {
      amount: 12.5,
      more: 13.5,
      paid: true,
      items: entry.items,
      skus: ['a', 'b'],
      level: { level: 2 },
      missing: null,
      empty: '',
      nothing: null,
      text: '12.5 €',
      both: 'truetrue',
      chosen: 'yes',
      name: 'Hi 한글 "Mina"',
      raw: entry.items,
      json: '[{"sku":"a"},{"sku":"b"}]',
      date: '18:30',
      list: [{ deep: 3 }, 7, null],
    },
  });
});

it('brings values into the types that are asked for', async () => {
  expect(
    await filled(
      {
        text: '{{ entry.amount }}',
        number: '{{ profile.score }}0',
        yesNo: '{% if entry.paid %}yes{% else %}no{% endif %}',
        list: '{{ profile.score }}',
        json: '{"score": {{ profile.score }}}',
      },
      { text: 'text', number: 'number', yesNo: 'yesNo', list: 'list', json: 'json' },
    ),
  ).toEqual({ ok: true, values: { text: '12.5', number: 30, yesNo: true, list: [3], json: { score: 3 } } });
});

it.each<[string, JsonObject, Record<string, FillType>, string, RegExp]>([
  [
    'a value of another type',
    { list: [{ a: '{{ profile.name }}' }] },
    { 'list[0].a': 'number' },
    'list[0].a',
    /not a number/,
  ],
  ['nothing where something must be', { a: '{{ profile.nobody }}' }, { a: 'date' }, 'a', /is empty/],
  ['Liquid that cannot be read', { a: '{{ profile.name | shout }}' }, {}, 'a', /shout/],
  ['a step that stops itself', { a: '{% abort_message "sold out" %}' }, {}, '', /sold out/],
  ['a division by zero', { a: '{{ 1 | divided_by: 0 }}' }, {}, 'a', /no number/],
  [
    'loops without end',
    { a: '{% for x in (1..9000) %}{% for y in (1..9000) %}{% endfor %}{% endfor %}' },
    {},
    'a',
    /./,
  ],
  ['more than a record can hold', { a: '{% for x in (1..9000) %}0123456789{% endfor %}' }, {}, '', /longer than 64 KB/],
])('says what is wrong: %s', async (_, template, types, path, message) => {
  expect(await filled(template, types)).toEqual({ ok: false, path, message: expect.stringMatching(message) as string });
});

it('reaches no prototype', async () => {
  expect(await filled({ a: '{{ profile.__proto__ }}', b: '{{ entry.items.constructor }}' })).toEqual({
    ok: true,
    values: { a: null, b: null },
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '@wend/contract';
import { renderTemplate } from './liquid.js';
import { renderLimits } from './render-job.js';
import type { Escape } from './render-job.js';

const render = (source: string, escape: Escape, profile: JsonObject = {}) => {
  const result = renderTemplate(
    { source, escape },
    {
      variables: { profile, entry: {}, event: {}, run: {}, now: '2026-01-01T00:00:00Z' },
      renderMs: renderLimits.renderMs,
    },
  );
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
};
const json = (source: string, profile: JsonObject = {}): unknown => JSON.parse(render(source, 'json', profile));

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"',
    '\\',
    '\\"',
    '","admin":true,"x":"',
    '\u2028\u2029',
    '한글 é ü',
    '👩‍👩‍👧',
    '\ud800',
    '}',
    '\n\r\t\0',
    '{{ now }}',
    '\\u0022',
    '</script>',
    'a&b=c',
    '../..',
    '%00',
    '\r\nX-Admin: 1',
  ),
  fc
    .array(fc.constantFrom('"', '\\', ',', ':', '{', '}', '\n', 'é', '👍', 'a', 'u0022'), { maxLength: 12 })
    .map((parts) => parts.join('')),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  nasty,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 3 }),
  fc.dictionary(
    fc.string({ minLength: 1, maxLength: 4 }).filter((key) => key !== '__proto__'),
    nasty,
    { maxKeys: 3 },
  ),
);

describe('JSON', () => {
  it("keeps its shape whatever a person's data holds, in strings and outside of them", () => {
    const source =
      '{ "in": "{{ profile.v }}", "around": "a {{ profile.v }} b", "out": {{ profile.v }}, "json": {{ profile.v | json }}, "list": [{% for i in profile.list %}{% unless forloop.first %},{% endunless %}{{ i }}{% endfor %}], "caught": "{% capture c %}{{ profile.v }}{% endcapture %}{{ c }}" }';
    fc.assert(
      fc.property(value, fc.array(nasty, { maxLength: 3 }), (v, list) => {
        const body = json(source, { v, list }) as JsonObject;
        const stored = JSON.parse(JSON.stringify(v)) as Json;
        expect(Object.keys(body)).toEqual(['in', 'around', 'out', 'json', 'list', 'caught']);
        expect(body['out']).toEqual(stored);
        expect(body['json']).toEqual(stored);
        expect(body['list']).toEqual(list);
        if (typeof v === 'string') expect([body['in'], body['around'], body['caught']]).toEqual([v, `a ${v} b`, v]);
      }),
      { numRuns: 300 },
    );
  });
  it('has null for what is missing', () => {
    expect(
      json(
        '{ "a": {{ profile.nope }}, "b": {{ profile.nope | json }}, "c": "{{ profile.nope }}", "d": [{{ nope.x | json }}] }',
      ),
    ).toEqual({ a: null, b: null, c: '', d: [null] });
  });
  it('has numbers, lists and objects as such', () => {
    expect(
      json(
        '{ "n": {{ profile.n }}, "twice": {{ profile.n | times: 2 }}, "o": {{ profile.o }}, "s": "{{ profile.o }}", "t": {{ "3" }} }',
        { n: 4.5, o: { a: [1, 'x'] } },
      ),
    ).toEqual({ n: 4.5, twice: 9, o: { a: [1, 'x'] }, s: '{"a":[1,"x"]}', t: '3' });
    expect(
      json('{ "at": {{ now | date: "%s" }}, "zip": {{ profile.zip }}, "next": {{ profile.next }} }', {
        zip: '01234',
        next: '12345',
      }),
    ).toEqual({ at: 1767225600, zip: '01234', next: '12345' });
  });
  it('takes JSON that data brings as a whole value only', () => {
    expect(json('{ "a": {{ profile.blob | raw }} }', { blob: '{"b":1}' })).toEqual({ a: { b: 1 } });
    expect(json('{ "a": {{ profile.blob | raw }} }', { blob: '1,"admin":true' })).toEqual({ a: '1,"admin":true' });
    expect(json('{ "a": "{% cycle profile.blob, "b" %}" }', { blob: '","admin":"' })).toEqual({ a: '","admin":"' });
    expect(
      json('{% assign all = profile | json %}{ "all": {{ all }}, "text": "{% echo profile.blob %}" }', { blob: '"' }),
    ).toEqual({ all: { blob: '"' }, text: '"' });
  });
});

describe('addresses', () => {
  it('encode what data brings into a path or a query', () => {
    fc.assert(
      fc.property(nasty, (v) => {
        const url = new URL(
          render('https://api.example/p/x{{ profile.v }}y/end?q={{ profile.v }}&r=1#f', 'url', { v }),
        );
        expect([url.host, url.searchParams.get('r'), url.hash]).toEqual(['api.example', '1', '#f']);
        expect(url.searchParams.get('q')).toBe(v.toWellFormed().replaceAll('\0', '\ufffd'));
        expect(url.pathname.startsWith('/p/x') && url.pathname.endsWith('y/end')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
  it('let data bring a whole address, or a path, but no other host', () => {
    expect(render('{{ profile.v }}?a={{ profile.w }}', 'url', { v: 'https://x.example/é p?b=%20"', w: 'c d&e' })).toBe(
      'https://x.example/%C3%A9%20p?b=%20%22?a=c%20d%26e',
    );
    expect(render('https://x.example{{ profile.v }}', 'url', { v: '/a/b?c=1' })).toBe('https://x.example/a/b?c=1');
    expect(render('https://{{ profile.v }}.x.example/', 'url', { v: 'shop-1' })).toBe('https://shop-1.x.example/');
    expect(render('https://{{ profile.v }}.x.example/', 'url', { v: 'evil.example/' })).toBe(
      'https://evil.example%2F.x.example/',
    );
    expect(render('https://x.example{{ profile.v }}', 'url', { v: '@evil.example' })).toBe(
      'https://x.example%40evil.example',
    );
    expect(
      render('https://x.example/?a={{ profile.v | url_encode }}&b={{ profile.v | raw }}', 'url', { v: 'a b' }),
    ).toBe('https://x.example/?a=a+b&b=a b');
    expect(render('myapp://offer/{{ profile.v }}', 'url', { v: 'ü/1' })).toBe('myapp://offer/%C3%BC%2F1');
  });
});

describe('other places', () => {
  it('lines have no line breaks, forms are encoded, text stays', () => {
    expect(render('Hi {{ profile.v }}!', 'line', { v: 'a\r\nBcc: x@y\u2028\0z' })).toBe('Hi a Bcc: x@y z!');
    expect(render('a={{ profile.v }}&b=1', 'form', { v: 'x&b=2 ü' })).toBe('a=x%26b%3D2%20%C3%BC&b=1');
    expect(render('{{ profile.v }}', 'none', { v: '<"&>' })).toBe('<"&>');
  });
  it("Liquid's own words for nothing are nothing", () => {
    const source =
      '[{{ nil }}{{ empty }}{% assign x = nil %}{{ x }}{{ profile.nope | default: nil }}{{ nil | date: "%Y" }}]{{ nil | json }}';
    for (const escape of ['none', 'line', 'url', 'html'] as const) expect(render(source, escape)).toBe('[]null');
    expect(
      json('{ "a": {{ nil }}, "b": "{{ nil }}", "c": {{ empty | json }}, "d": {{ profile | json: 2 }} }', { z: 1 }),
    ).toEqual({ a: null, b: '', c: '', d: { z: 1 } });
  });
  it('objects are printed as JSON, lists as Liquid does', () => {
    expect(
      render('{{ profile.o }} {{ profile.l }} {{ profile.m }}{{ profile.nope }}', 'none', {
        o: { a: 1 },
        l: ['a', 'b'],
        m: [{ a: 1 }],
      }),
    ).toBe('{"a":1} ab [{"a":1}]');
    expect(render('{{ profile.o }}|{{ profile.o | raw }}', 'html', { o: { a: '<' } })).toBe(
      '{&#34;a&#34;:&#34;&lt;&#34;}|{"a":"<"}',
    );
  });
});

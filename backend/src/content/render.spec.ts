import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { escapeHtml } from '../platform/text/index.js';
import { Renderer, asciiAddress } from './index.js';
import type { RenderJob } from './index.js';

const renderer = new Renderer();
afterAll(() => renderer.close());

const now = '2026-03-04T09:30:00.000Z';
const variables = (profile: RenderJob['variables']['profile'] = {}, entry: RenderJob['variables']['entry'] = {}) => ({
  profile,
  entry,
  event: entry,
  run: { score: { tier: 'gold' } },
  now,
  unsubscribe_url: 'https://wend.example/t/u/x',
});
const text = async (source: string, profile = {}, entry = {}) =>
  renderer.render({ templates: { text: { source, escape: 'none' } }, variables: variables(profile, entry) });
const html = async (source: string, profile = {}) => {
  const result = await renderer.render({
    templates: { body: { source, escape: 'html' } },
    variables: variables(profile),
  });
  return result.kind === 'values' ? result.values['body'] : result;
};
const mail = async (body: string, preheader = '', profile = {}) => {
  const result = await renderer.render({
    templates: { body: { source: body, escape: 'html' }, preheader: { source: preheader, escape: 'none' } },
    variables: variables(profile),
    mail: true,
  });
  if (result.kind !== 'values' || !result.mail) throw new Error(JSON.stringify(result));
  return {
    ...result.mail,
    warnings: result.warnings,
    html: result.mail.parts
      .map((part) => {
        if ('html' in part) return part.html;
        if ('link' in part) return `[${part.link}]`;
        return 'trap' in part ? '[trap]' : '[pixel]';
      })
      .join(''),
    text: result.mail.text.map((part) => (typeof part === 'string' ? part : part.link)).join(''),
  };
};

describe('templates', () => {
  it('see the person, the entry event, outputs of the run and the time of the run', async () => {
    const source =
      '{{ profile.name }} {{ entry.item.name }}={{ event.item.name }} {{ run.score.tier }} {{ now | date: "%H:%M" }} {{ "now" | date: "%Y-%m-%d" }} {{ "today" | date: "%H", "Asia/Seoul" }}';
    expect(await text(source, { name: 'Mina' }, { item: { name: 'Boots' } })).toMatchObject({
      values: { text: 'Mina Boots=Boots gold 09:30 2026-03-04 18' },
    });
  });
  it('leave out what is missing', async () => {
    expect(await text('Hi {{ profile.name | default: "there" }}{{ entry.a.b.c }}!')).toMatchObject({
      values: { text: 'Hi there!' },
    });
  });
  it('escape for HTML, once, unless raw is asked for', async () => {
    const profile = { name: '<script>alert("1")</script>', safe: '<b>bold</b>' };
    expect(await html('{{ profile.name }}', profile)).toBe('&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;');
    expect(await html('{{ "a & b" | escape }}|{{ profile.safe | raw }}|{% echo profile.safe %}', profile)).toBe(
      'a &amp; b|<b>bold</b>|&lt;b&gt;bold&lt;/b&gt;',
    );
    expect(await text('{{ profile.name }}', profile)).toMatchObject({ values: { text: profile.name } });
  });
  it('stop their message with a reason', async () => {
    expect(await text("{% if profile.name == nil %}{% abort_message('no name') %}{% endif %}hello")).toEqual({
      kind: 'aborted',
      reason: 'no name',
    });
    expect(await text('{% abort_message entry.why %}', {}, { why: 'sold out' })).toEqual({
      kind: 'aborted',
      reason: 'sold out',
    });
    expect(await text('{% if false %}{% abort_message("never") %}{% endif %}ok')).toMatchObject({
      values: { text: 'ok' },
    });
  });
  it('name the field and the line of an error', async () => {
    const result = await renderer.render({
      templates: {
        subject: { source: 'Hi\n{{ profile.name | shout }}', escape: 'none' },
        text: { source: '{% if %}', escape: 'none' },
      },
      variables: variables(),
    });
    expect(result).toMatchObject({
      kind: 'errors',
      errors: [
        { path: 'subject', message: expect.stringMatching(/undefined filter: shout, line:2/) as string },
        { path: 'text' },
      ],
    });
  });
  it('reach no prototype, no file, no process', async () => {
    expect(
      await text('{{ profile.constructor.name }}{{ profile.__proto__ }}{{ "x".constructor }}{{ entry.toString }}'),
    ).toMatchObject({ values: { text: '' } });
    expect(await text('{% include "/etc/passwd" %}')).toMatchObject({
      kind: 'errors',
      errors: [{ path: 'text', message: expect.stringContaining('includes another template') as string }],
    });
    expect(await text('{% layout "package.json" %}')).toMatchObject({ kind: 'errors' });
  });
});

describe('bombs', () => {
  it.each([
    ['a loop over a large range', '{% for a in (1..100000000) %}x{% endfor %}'],
    [
      'nested loops',
      '{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}{% assign z = a | plus: b %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['empty nested loops', '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}'],
    ['doubling', `{% assign s = "0123456789" %}${'{% assign s = s | append: s %}'.repeat(40)}{{ s }}`],
    [
      'replacing',
      `{% assign s = "aaaaaaaaaa" %}${'{% assign s = s | replace: "a", "aaaaaaaaaa" %}'.repeat(12)}{{ s }}`,
    ],
    [
      'a huge output',
      '{% for a in (1..9000) %}{{ "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" }}{% endfor %}',
    ],
    ['a template that is too long', 'x'.repeat(400_000)],
    ['a table row', '{% tablerow i in (1..9000000) %}{{ i }}{% endtablerow %}'],
  ])('%s fails that message quickly', async (_name, source) => {
    const began = performance.now();
    expect(await text(source)).toMatchObject({ kind: 'errors' });
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('a filter that is not interrupted is killed with its thread; others go on meanwhile', async () => {
    const own = new Renderer({ threads: 2, killMs: 400 });
    const words = Array.from({ length: 60_000 }, (_, index) => `w${(index * 7_919) % 60_013}`).join(' ');
    const job = (source: string): RenderJob => ({
      templates: { text: { source, escape: 'none' } },
      variables: { ...variables(), entry: { words } },
    });
    // One output with many sorts: the limits look in between outputs only. On no machine done before it is killed.
    const bomb = job(`{{ entry.words | split: " "${' | sort_natural | sort'.repeat(400)} | size }}`);
    await own.render(job('warm'));
    const began = performance.now();
    const [stopped, ...others] = await Promise.all([
      own.render(bomb),
      ...Array.from({ length: 20 }, () => own.render(job('fine'))),
    ]);
    expect(stopped).toMatchObject({
      kind: 'errors',
      errors: [{ message: expect.stringContaining('was stopped') as string }],
    });
    expect(others.every((result) => result.kind === 'values' && result.values['text'] === 'fine')).toBe(true);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await own.render(job('still fine'))).toMatchObject({ values: { text: 'still fine' } });
    await own.close();
  });

  it('heavy templates of some workspaces keep no thread from the others', async () => {
    const own = new Renderer({ threads: 2 });
    const heavy: RenderJob = {
      templates: {
        text: { source: '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}', escape: 'none' },
      },
      variables: variables(),
    };
    const light: RenderJob = { templates: { text: { source: 'fine', escape: 'none' } }, variables: variables() };
    let done = 0;
    // Each its own, so that none is refused for being tried again.
    const bombs = Array.from({ length: 24 }, (_, index) =>
      own
        .render(
          { ...heavy, templates: { text: { source: `${index}${heavy.templates['text']!.source}`, escape: 'none' } } },
          { tenant: `heavy ${index % 3}` },
        )
        .then(
          () => (done += 1),
          () => undefined,
        ),
    );
    for (let turn = 0; turn < 30; turn += 1)
      expect(await own.render(light, { tenant: 'light' })).toMatchObject({ values: { text: 'fine' } });
    // Thirty one after the other are through before a few of the heavy ones are.
    expect(done).toBeLessThan(6);
    await own.close();
    await Promise.all(bombs);
  }, 30_000);

  it('a template that keeps using up its time is refused at once', async () => {
    const own = new Renderer({ threads: 1 });
    const slow: RenderJob = {
      templates: {
        text: { source: '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}', escape: 'none' },
      },
      variables: variables(),
    };
    for (let time = 0; time < 3; time += 1) await own.render(slow);
    const began = performance.now();
    expect(await own.render(slow)).toMatchObject({
      kind: 'errors',
      errors: [{ message: expect.stringContaining('not tried again yet') as string }],
    });
    expect(performance.now() - began).toBeLessThan(100);
    await own.close();
    // Each of the first three uses up its time, and a busy machine starts threads slowly.
  }, 30_000);
});

describe('mails', () => {
  it('wrap a fragment, leave a whole document as it is', async () => {
    const fragment = await mail('<h1>Hi {{ profile.name }}</h1>', 'A look {{ 1 | plus: 1 }} inside', { name: 'A&B' });
    expect(fragment.html).toMatch(
      /^<!doctype html>[\s\S]*A look 2 inside[\s\S]*<h1>Hi A&amp;B<\/h1>[\s\S]*\[pixel\]<\/body>/,
    );
    const whole = '<html><head></head><body class="x"><p>Hi</p></body></html>';
    expect((await mail(whole.replace('Hi', '<a href="{{ unsubscribe_url }}">Leave</a>'))).html).toBe(
      '<html><head></head><body class="x">[trap]<p><a href="https://wend.example/t/u/x">Leave</a></p>[pixel]</body></html>',
    );
  });
  it('cut out web links only, byte for byte otherwise', async () => {
    const body =
      '<html><body><a href="{{ unsubscribe_url }}"></a><!-- <a href="https://no.example">--><A title="href=x" HREF=\'https://shop.example/?a=1&amp;b=2\'>x</A><a href=https://bare.example/>y</a><a href="mailto:a@b.example">m</a><a href="tel:+1">t</a><a href="#top">u</a><style>a{}</style></body></html>';
    const { html: out, warnings } = await mail(body);
    expect(out).toBe(
      '<html><body>[trap]<a href="https://wend.example/t/u/x"></a><!-- <a href="https://no.example">--><A title="href=x" HREF=[https://shop.example/?a=1&b=2]>x</A><a href=[https://bare.example/]>y</a><a href="mailto:a@b.example">m</a><a href="tel:+1">t</a><a href="#top">u</a><style>a{}</style>[pixel]</body></html>',
    );
    expect(warnings).toEqual([]);
  });
  it("take out links with other schemes, also when a person's data brings them", async () => {
    const { html: out, warnings } = await mail(
      '<a href="{{ profile.site }}">x</a><a href=" java\nscript:alert(1)">y</a><a href="/cart">z</a>',
      '',
      { site: 'data:text/html,hi' },
    );
    expect(out).not.toContain('data:text');
    expect(out).not.toContain('alert');
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatchObject({ path: 'body', message: expect.stringContaining('/cart') as string });
  });
  it('always have a way out, which is not counted as a click', async () => {
    const { html: fragment } = await mail('<p>Hi</p>');
    expect(fragment).toContain('<a href="https://wend.example/t/u/x"');
    const { html: own } = await mail('<p><a href="{{ unsubscribe_url }}">Leave</a></p>');
    expect(own.match(/t\/u\/x/g)).toHaveLength(1);
    const { html: whole, text: plain } = await mail('<html><body><p>Hi</p></body></html>');
    expect(whole).toMatch(
      /<p>Hi<\/p><p style="[^"]*"><a href="https:\/\/wend\.example\/t\/u\/x"[^>]*>Unsubscribe<\/a><\/p>\[pixel\]<\/body><\/html>$/,
    );
    expect(plain).toBe('Hi\n\nUnsubscribe [https://wend.example/t/u/x]');
  });
  it('say which language they are in', async () => {
    const result = await renderer.render({
      templates: { body: { source: '<p>Hallo</p>', escape: 'html' } },
      variables: variables(),
      mail: true,
      language: 'de',
    });
    expect(JSON.stringify(result)).toContain('<html lang=\\"de\\">');
  });
  it('carry a plain text with the links', async () => {
    const { text: plain } = await mail(
      '<h1>Hello</h1><p>Look at <a href="https://shop.example/boots">boots</a> &amp; more</p><img src="https://x.example/y.png" alt="pic">',
    );
    expect(plain).toBe(
      'Hello\n\nLook at boots [https://shop.example/boots] & more\n\nUnsubscribe [https://wend.example/t/u/x]',
    );
  });
  it('give every target back byte for byte, in the HTML and in the text', async () => {
    const characters = fc.constantFrom(
      ..."abcXYZ0189-._~!$&'()*+,;=:@/?#%",
      '&amp;',
      '%20',
      '%2F%3F',
      'https%3A%2F%2Fx.example%2F%3Fa%3D1%26b',
      '한글',
      '👋🏽',
      '&copy=1',
      '[',
      ']',
    );
    const target = fc
      .tuple(fc.constantFrom('https://', 'http://'), fc.array(characters, { maxLength: 25 }))
      .map(([scheme, rest]) => `${scheme}shop.example.com/${rest.join('').replace(/%(?![0-9A-Fa-f]{2})/g, '%25')}`)
      .filter((url) => URL.canParse(url));
    await fc.assert(
      fc.asyncProperty(fc.array(target, { minLength: 1, maxLength: 4 }), async (targets) => {
        const body = targets.map((url, index) => `<p><a href="${escapeHtml(url)}">link ${index}</a></p>`).join('');
        const result = await renderer.render({
          templates: { body: { source: `{% raw %}${body}{% endraw %}`, escape: 'html' } },
          variables: variables(),
          mail: true,
        });
        if (result.kind !== 'values') throw new Error(JSON.stringify(result));
        const linksOf = (parts: readonly unknown[]) =>
          parts.flatMap((part) => (typeof part === 'object' && 'link' in part! ? [part.link] : []));
        expect(linksOf(result.mail!.parts)).toEqual(targets);
        expect(linksOf(result.mail!.text)).toEqual(targets);
        // Where it is valid, what the redirect says is what was written.
        for (const url of targets)
          if (/^[\x21-\x7e]+$/.test(url) && !/[[\]]/.test(url)) expect(asciiAddress(url)).toBe(url);
      }),
      { numRuns: 150 },
    );
  });
});

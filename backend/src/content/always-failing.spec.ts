import { describe, expect, it } from 'vitest';
import { engineFor } from './liquid-engine.js';
import { filterWords, sentenceOf } from './liquid-errors.js';
import { readTemplate } from './template-reading.js';

const problems = (source: string) =>
  readTemplate(source).problems.map(({ message, line, column }) => `${line}:${column} ${message}`);

describe('what fails for everybody', () => {
  it.each([
    ['{{ profile.first_name | append: }}', '1:25 The filter “append” needs a value after the colon.'],
    ['\n {{ profile.a | upcase | prepend }}', '2:26 The filter “prepend” needs a value after the colon.'],
    ['{{ "a" | append: "b", "c" }}', '1:10 The filter “append” takes one value after the colon, not 2.'],
    [
      '{% if profile.a %}{% assign x = profile.b | append %}{% endif %}',
      '1:45 The filter “append” needs a value after the colon.',
    ],
    [
      '{{ profile.items | where_exp: "item" }}',
      '1:20 The filter “where_exp” needs two values after the colon: a name for the item, and the condition in quotes.',
    ],
    [
      '{% for i in (1..99999999) %}x{% endfor %}',
      '1:13 This range has 99,999,999 items, more than a message can use. Shorten it.',
    ],
    [
      '{% assign all = (1..99999999) | join: "," %}',
      '1:17 This range has 99,999,999 items, more than a message can use. Shorten it.',
    ],
    [
      '{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}',
      '1:37 This range has 99,980,001 items, more than a message can use. Shorten it.',
    ],
    [
      '{% for i in (1..3000) %}{% for j in (1..3000) %}x{% endfor %}{% endfor %}',
      '1:25 This loops 9,000,000 times, so no message could be rendered in time. Shorten the range.',
    ],
  ])('%s', (source, expected) => {
    expect(problems(source)).toEqual([expected]);
    if (!source.includes('if profile'))
      expect(() => engineFor('none').parseAndRenderSync(source, { profile: { items: ['a'] } })).toThrow();
  });

  it.each([
    '{{ profile.items[0].name | date: "%Y" | append: "x" }}',
    '{{ profile.code | base64_decode }}',
    '{% for i in (1..profile.many) %}x{% endfor %}',
    '{% for i in (1..100) %}{% for j in (1..100) %}x{% endfor %}{% endfor %}',
    '{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% break %}{% endfor %}',
    '{% for i in (1..9999) limit: 1 %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}',
    '{% for i in (1..9999) %}{% if i == 1 %}{% for j in (1..9999) %}x{% endfor %}{% endif %}{% endfor %}',
    '{% for i in (5..1) %}x{% else %}none{% endfor %}',
    '{{ profile.items | where_exp: "item", "item.price > 5" }}',
  ])('is not %s', (source) => expect(problems(source)).toEqual([]));

  it('is known of every filter that throws whatever it is given', () => {
    const engine = engineFor('none');
    const samples = ['abc', 'YWJj', 5, ['a'], [{ a: 1 }], null, '', true, { a: 1 }];
    for (const name of Object.keys(engine.filters))
      for (const [count, values] of ['', ': "a"', ': "a", "b"'].entries()) {
        const fails = samples.every((v) => {
          try {
            engine.parseAndRenderSync(`{{ v | ${name}${values} }}`, { v });
            return false;
          } catch {
            return true;
          }
        });
        expect([name, values, filterWords(name, count) !== null]).toEqual([name, values, fails]);
      }
  });

  it('is said in words where it is rendered, too', () => {
    expect(sentenceOf(new Error('append expect 2 arguments, line:1, col:4')).message).toBe(
      'The filter “append” needs one value after the colon, line:1, col:4',
    );
  });
});

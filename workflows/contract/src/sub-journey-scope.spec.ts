import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodeId } from './graph.js';
import { pathKeys } from './path.js';
import { idInScope, inScope, scopeOf } from './sub-journey-scope.js';

const given = { scope: 'a~welcome', own: new Set(['wait', 'fetch-1']) };
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);

it('tells the card and the own id of any step again, however deep, and stays one key of a path and of a URL', () => {
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 4 }), (ids) => {
      const whole = ids.reduce<string | null>((scope, each) => idInScope(scope, each), null) ?? '';
      expect(scopeOf(whole)).toEqual({
        scope: ids.length === 1 ? null : ids.slice(0, -1).join('~'),
        own: ids.at(-1),
      });
      expect(pathKeys(`${whole}.field`)).toEqual([whole, 'field']);
      expect(encodeURIComponent(whole)).toBe(whole);
      expect(nodeId.safeParse(whole).success).toBe(ids.length === 1);
    }),
  );
});

it('means the inputs by entry, and the steps beside it by run, in rules', () => {
  const compare = (left: object, value?: object) => ({
    op: 'compare',
    left,
    is: 'equals',
    ...(value ? { value } : {}),
  });
  expect(
    inScope(
      {
        where: {
          op: 'all',
          rules: [
            compare({ source: 'entry', path: 'cart["order.id"]' }, { run: 'wait.total' }),
            compare({ source: 'run', path: 'fetch-1.body.x' }, { entry: 'plan' }),
            compare({ source: 'property', path: 'entry' }, { run: 'elsewhere.x' }),
            compare({ source: 'messages', node: 'wait' }),
          ],
        },
        date: { kind: 'entry', property: 'starts_at' },
        other: { kind: 'run', node: 'fetch-1', field: 'at' },
      } as never,
      given,
    ),
  ).toEqual({
    where: {
      op: 'all',
      rules: [
        compare({ source: 'run', path: 'a~welcome.cart["order.id"]' }, { run: 'a~welcome~wait.total' }),
        compare({ source: 'run', path: 'a~welcome~fetch-1.body.x' }, { run: 'a~welcome.plan' }),
        compare({ source: 'property', path: 'entry' }, { run: 'elsewhere.x' }),
        compare({ source: 'messages', node: 'a~welcome~wait' }),
      ],
    },
    date: { kind: 'run', node: 'a~welcome', field: 'starts_at' },
    other: { kind: 'run', node: 'a~welcome~fetch-1', field: 'at' },
  });
});

it.each([
  ['{{ entry.plan | upcase }}', `{{ run['a~welcome'].plan | upcase }}`],
  ['{{ entry["order.id"] }} entry.plan', `{{ run['a~welcome']["order.id"] }} entry.plan`],
  ['{% if entry %}{{ run.wait.x }}{% endif %}', `{% if run['a~welcome'] %}{{ run['a~welcome~wait'].x }}{% endif %}`],
  ["{{ run['fetch-1'].body }}", `{{ run['a~welcome~fetch-1'].body }}`],
  ['{{ "entry.plan" }}{{ profile.entry }}{{ entry_x }}', '{{ "entry.plan" }}{{ profile.entry }}{{ entry_x }}'],
  ['{{ run.elsewhere.x }}', '{{ run.elsewhere.x }}'],
  ['<a href="{{ event.url }}">', `<a href="{{ run['a~welcome'].url }}">`],
  [
    '{% for event in entry.all %}{{ event.name }}{% endfor %}',
    `{% for event in run['a~welcome'].all %}{{ event.name }}{% endfor %}`,
  ],
])('means the same in Liquid: %s', (text, expected) => {
  expect(inScope({ subject: text }, given)).toEqual({ subject: expected });
});

/** Typical rules about people, each with the SQL that an expert writes by hand for the same question. */

const day = 86_400;

const trait = (path, is, value) => ({ op: 'compare', left: { source: 'trait', path }, is, value });
const count = (event, { withinSeconds, is = 'atLeast', value = 1, where }) => ({
  op: 'compare',
  left: { source: 'eventCount', event, withinSeconds, ...(where ? { where } : {}) },
  is,
  value,
});
const all = (...rules) => ({ op: 'all', rules });
const any = (...rules) => ({ op: 'any', rules });
const not = (rule) => ({ op: 'not', rule });

const listed = 'p.workspace_id = $1 and p.merged_into is null and not p.test';
const happened = (alias, event, days) =>
  `${alias}.workspace_id = $1 and ${alias}.name = '${event}' and (${alias}.origin <> 'test') is true
     and ${alias}.time > now() - interval '${days} days' and ${alias}.time <= now()`;

/** `sql` counts people; `$1` is the workspace. `aside`: beside the five that there are goals for. */
export const rules = [
  {
    name: 'a trait: plan is pro',
    rule: trait('plan', 'equals', 'pro'),
    sql: `select count(*)::int as count from profiles p where ${listed} and p.traits ->> 'plan' = 'pro'`,
  },
  {
    name: 'put 2 products or more into the cart in 30 days',
    rule: count('Product Added', { withinSeconds: 30 * day, value: 2 }),
    sql: `select count(*)::int as count
      from (select e.profile_id from events e where ${happened('e', 'Product Added', 30)} group by 1 having count(*) >= 2) e
      join profiles p on p.id = e.profile_id where ${listed}`,
  },
  {
    name: 'did not order in 60 days',
    rule: count('Order Completed', { withinSeconds: 60 * day, is: 'equals', value: 0 }),
    sql: `select count(*)::int as count from profiles p
      where ${listed} and not exists (select from events e where ${happened('e', 'Order Completed', 60)} and e.profile_id = p.id)`,
  },
  {
    name: 'a sequence: in 30 days viewed the cart, then ordered within a day',
    rule: {
      op: 'compare',
      left: {
        source: 'sequence',
        event: 'Cart Viewed',
        then: 'Order Completed',
        thenWithinSeconds: day,
        withinSeconds: 30 * day,
      },
      is: 'atLeast',
      value: 1,
    },
    sql: `select count(*)::int as count from profiles p where ${listed} and p.id in (
        select c.profile_id from events c
        join events o on o.profile_id = c.profile_id and o.time > c.time and o.time < c.time + interval '1 day'
        where ${happened('c', 'Cart Viewed', 30)} and ${happened('o', 'Order Completed', 30)})`,
  },
  {
    name: 'six, nested',
    rule: all(
      trait('plan', 'oneOf', ['plus', 'pro']),
      any(trait('country', 'equals', 'NL'), count('Store Visited', { withinSeconds: 30 * day })),
      any(
        count('Product Added', { withinSeconds: 30 * day, value: 2 }),
        count('Order Completed', { withinSeconds: 30 * day, is: 'greaterThan', value: 1 }),
      ),
      not(count('Coupon Used', { withinSeconds: 14 * day })),
    ),
    sql: `with visited as (select distinct e.profile_id from events e where ${happened('e', 'Store Visited', 30)}),
        added as (select e.profile_id from events e where ${happened('e', 'Product Added', 30)} group by 1 having count(*) >= 2),
        ordered as (select e.profile_id from events e where ${happened('e', 'Order Completed', 30)} group by 1 having count(*) > 1),
        saved as (select distinct e.profile_id from events e where ${happened('e', 'Coupon Used', 14)})
      select count(*)::int as count from profiles p
      left join visited on visited.profile_id = p.id
      left join added on added.profile_id = p.id
      left join ordered on ordered.profile_id = p.id
      left join saved on saved.profile_id = p.id
      where ${listed} and p.traits ->> 'plan' in ('plus', 'pro')
        and (p.traits ->> 'country' = 'NL' or visited.profile_id is not null)
        and (added.profile_id is not null or ordered.profile_id is not null)
        and saved.profile_id is null`,
  },
  {
    aside: true,
    name: 'viewed a product 3 times or more in 30 days: a third of all events',
    rule: count('Product Viewed', { withinSeconds: 30 * day, value: 3 }),
    sql: `select count(*)::int as count
      from (select e.profile_id from events e where ${happened('e', 'Product Viewed', 30)} group by 1 having count(*) >= 3) e
      join profiles p on p.id = e.profile_id where ${listed}`,
  },
  {
    // What must be read of each event itself is dearer, whoever asks.
    aside: true,
    name: 'spent more than 500 in 30 days',
    rule: {
      op: 'compare',
      left: {
        source: 'eventValue',
        event: 'Order Completed',
        measure: 'sum',
        property: 'price',
        withinSeconds: 30 * day,
      },
      is: 'greaterThan',
      value: 500,
    },
    sql: `select count(*)::int as count
      from (
        select e.profile_id from events e where ${happened('e', 'Order Completed', 30)}
        group by 1 having sum((e.properties ->> 'price')::numeric) > 500
      ) e
      join profiles p on p.id = e.profile_id where ${listed}`,
  },
];

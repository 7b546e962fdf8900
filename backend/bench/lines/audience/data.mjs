/**
 * A shop's people and what they did, made by the database itself: as many as are asked for, over the last 90 days, in
 * the order in which they would have come. Tables are filled without their indexes, which are built afterwards, and
 * vacuumed, as autovacuum would have done meanwhile.
 */
import pg from 'pg';

const days = 90;

/** How many of a hundred events are of which name. */
export const names = {
  'Product Viewed': 30,
  'Page Scrolled': 20,
  'Product Added': 12,
  'Search Made': 10,
  'Cart Viewed': 8,
  'Order Completed': 6,
  'Store Visited': 5,
  'Wishlist Changed': 5,
  'Review Written': 2,
  'Coupon Used': 2,
};

/** The id of the n-th person, n an expression: a UUID as everybody has one, which looks like chance. @param {string} n */
const personId = (n) => `overlay(overlay(md5('person ' || (${n})) placing '4' from 13) placing '8' from 17)::uuid`;

/**
 * @param {{ databaseUrl: string, workspaceId: string, people: number, events: number, log: (text: string) => void }}
 * options
 */
export const fillAudience = async ({ databaseUrl, workspaceId, people, events, log }) => {
  const open = async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    // Nobody watches yet, and keys between tables hold by how the data is made.
    await client.query(
      `set session_replication_role = replica; set maintenance_work_mem = '512MB'; set work_mem = '64MB'`,
    );
    return client;
  };
  const clients = await Promise.all([open(), open()]);
  try {
    log(`making ${people.toLocaleString('en')} people`);
    await makePeople(clients[0], { workspaceId, people });
    log(`making ${events.toLocaleString('en')} events`);
    await makeEvents(clients, { workspaceId, people, events });
    await clients[0].query(
      `insert into event_names (workspace_id, kind, name, properties)
       select $1, 'event', name, '{price,category,product_id}' from unnest($2::text[]) name on conflict do nothing`,
      [workspaceId, Object.keys(names)],
    );
    log('vacuuming');
    await Promise.all([clients[0].query('vacuum (analyze) profiles, identities'), vacuumEvents(clients[1])]);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
};

const makePeople = async (client, { workspaceId, people }) => {
  const restore = await withoutIndexes(client, 'profiles');
  await client.query(
    `insert into profiles (workspace_id, id, external_id, traits, trait_times, created_at, last_seen_at)
     select $1, ${personId('n')}, 'customer-' || n,
       jsonb_build_object(
         'email', lower(first) || '.' || lower(last) || n || '@example.com', 'first_name', first, 'last_name', last,
         'plan', case when n % 10 = 0 then 'pro' when n % 3 = 0 then 'plus' else 'free' end,
         'country', (array['NL', 'DE', 'FR', 'GB', 'KR'])[1 + n % 5], 'age', 18 + n % 60, 'orders', n % 17,
         'phone', '+316' || lpad((n * 7919 % 100000000)::text, 8, '0')
       ),
       '{"email":1700000000000,"first_name":1700000000000,"last_name":1700000000000,"plan":1700000000000,"country":1700000000000,"age":1700000000000,"orders":1700000000000,"phone":1700000000000}',
       now() - interval '2 years' + n * (interval '700 days' / $2::int), now() - n % 90 * interval '1 day'
     from (
       select n, (array['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Femke', 'Jan', 'Julia', 'Lars', 'Minji', 'Noah', 'Olga', 'Sanne', 'Tom'])[1 + (n * 31 % 14)] as first,
         (array['Bakker', 'de Vries', 'Jansen', 'Kim', 'Meyer', 'Müller', 'Park', 'Schmidt', 'Smit', 'Visser', 'Weber'])[1 + (n * 17 % 11)] as last
       from generate_series(1::bigint, $2) n
     ) made`,
    [workspaceId, people],
  );
  await restore();
  await client.query(
    `insert into identities (workspace_id, kind, value, profile_id)
     select $1, 'user', value, ${personId('n')}
     from (select n, 'customer-' || n as value from generate_series(1::bigint, $2) n order by 2) made`,
    [workspaceId, people],
  );
};

/** Takes the indexes off that are no constraint; gives what builds them again. */
const withoutIndexes = async (client, table) => {
  const { rows } = await client.query(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text
     from pg_index i
     where i.indrelid = $1::regclass and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return async () => {
    for (const { text } of rows) await client.query(text);
  };
};

/** Each month's partition is filled beside the table and then attached, which builds its indexes. */
const makeEvents = async (clients, { workspaceId, people, events }) => {
  const { rows: months } = await clients[0].query(
    `select to_char(month, '"events_"YYYY"_"MM') as name, month as from, month + interval '1 month' as to, now() as until,
       round(extract(epoch from greatest(month, begin) - begin) / 86400 / ${days} * $1)::int as first,
       round(extract(epoch from least(month + interval '1 month', now()) - begin) / 86400 / ${days} * $1)::int as last
     from (select now() - interval '${days} days' as begin) span,
       generate_series(date_trunc('month', begin), now(), interval '1 month') month
     order by month desc`,
    [events],
  );
  for (const month of months) await detach(clients[0], month);
  const waiting = [...months];
  await Promise.all(
    clients.map(async (client) => {
      for (let month = waiting.shift(); month; month = waiting.shift())
        await fillMonth(client, { month, workspaceId, people, events });
    }),
  );
  for (const { name, from, to } of months)
    await clients[0].query(
      `alter table events attach partition ${name} for values from ('${from.toISOString()}') to ('${to.toISOString()}')`,
    );
};

const detach = async (client, { name }) => {
  const { rows } = await client.query('select to_regclass($1) is not null as there', [name]);
  if (!rows[0].there)
    return client.query(`create table ${name} (like events including defaults including constraints)`);
  await client.query(`alter table events detach partition ${name}`);
  await withoutIndexes(client, name);
  await client.query(`alter table ${name} drop constraint if exists ${name}_pkey`);
};

const fillMonth = async (client, { month: { name, first, last, until }, workspaceId, people, events }) => {
  const list = Object.entries(names).flatMap(([event, share]) => Array.from({ length: share }, () => event));
  await client.query(
    `insert into ${name} (workspace_id, id, position, profile_id, name, message_id, properties, context, time, received_at)
     select $1, gen_random_uuid(), n, ${personId(`1 + floor(${people} * power(random(), 1.5))::bigint`)},
       ($2::text[])[1 + n * 7919 % 100], 'm' || n,
       jsonb_build_object('price', n % 400 + 0.5, 'category', (array['Lighting', 'Kitchen', 'Garden', 'Toys'])[1 + n * 31 % 4], 'product_id', 'p' || n * 13 % 500),
       '{"library":{"name":"analytics.js","version":"4.2.0"},"page":{"path":"/products/desk-lamp","url":"https://shop.example.com/products/desk-lamp"}}',
       at, at
     from (
       select n, $3::timestamptz - interval '${days} days' + (n - 0.5) * (interval '${days} days' / ${events}) as at
       from generate_series(${first + 1}::bigint, ${last}) n
     ) made`,
    [workspaceId, list, until],
  );
};

const vacuumEvents = async (client) => {
  const { rows } = await client.query(
    `select relid::regclass::text as name from pg_partition_tree('events') where isleaf`,
  );
  for (const { name } of rows) await client.query(`vacuum (analyze) ${name}`);
  await client.query('analyze events');
};

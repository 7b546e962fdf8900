import { stopReason } from '../journeys/index.js';

const waitColumns =
  'event text, wait text, arm smallint, rule jsonb, message_of text, message_visit int, not_before timestamptz, position bigint, snapshot text, since timestamptz, taken uuid[], paths text[], ways jsonb';

/** What `depth` is told up to: far beyond where a circle ends. */
const deepest = 1_000;

/** The row of a move says that this run went. */
const told = `), told as (
  update moved_runs m set
    state = case when ($30::jsonb ->> 'back')::boolean then 'back' else 'moved' end,
    stand = $30::jsonb -> 'stand', step = $4, settled_at = now()
  from step
  where m.workspace_id = $1
    and m.move_id = ($30::jsonb ->> 'move')::uuid
    and m.enrollment_id = $3
`;

/**
 * One step of one run in one statement, so that it is one transaction and one round trip. `verdict` decides, everything
 * else writes only when it says `applied` and this step is new. The control row is read FOR SHARE: a pause or stop that
 * committed is seen. The enrollment is locked before anything is written: a merge of its person or its erasure comes
 * before this step, and is seen, or after it, and finds all it wrote. Where traits are set the person is locked first,
 * in the order in which a merge locks.
 *
 * $1 workspace, $2 journey, $3 enrollment, $4 step, $5 at, $6 format, $7 inputs, $8 is a test run, $9 only ends the run
 * by cancelling or undoes what it did, $10 new visits, $11 visits left, $12 messages, $13 waits, $14 closed waits, $15
 * timer, $16 closes its timer, $17 changes of traits, $18 node, $19 end { status, reason, leaving }, $20 deltas, $21 version, $22
 * workflow, $23 run data, $24 origin, $25 its workflow is still to be started, $26 actions, $27 the depth of the events
 * that led to these, $28 waits whose time was up, $29 what is asked, and in a move $30, by which it goes on in $21
 */
const stepStatement = (isMove: boolean): string => `
with control as materialized (
  select c.state from journey_control c where c.workspace_id = $1 and c.journey_id = $2 for share
), person as materialized (
  select p.id
  from profiles p
  where $17::jsonb <> '[]'
    and not $8::boolean
    and p.workspace_id = $1
    and p.id = (select profile_id from enrollments where workspace_id = $1 and id = $3)
  for no key update
), run as materialized (
  select e.profile_id, e.entry_event_id, e.entry_received_at, e.entry_data, e.node, e.node_since, e.cancel_reason,
    e.bulk, e.depth, e.version_id, e.held_in,
    -- Figures of the control group stand apart.
    case when e.control then 'control:' else '' end as apart
  from enrollments e
  where e.workspace_id = $1 and e.id = $3 and (select count(*) from person) >= 0 for no key update
), questions as materialized (
  -- Who answers holds the row: whichever of answer and end of the wait comes first is seen by the other.
  select a.id, a.wait, a.state
  from approvals a
  where ($19::jsonb is not null or cardinality($14::text[]) > 0)
    and a.workspace_id = $1
    and a.enrollment_id = $3
    and a.state in ('new', 'open', 'answered')
    and (a.wait = any($14::text[]) or $19::jsonb is not null)
    and (select count(*) from run) >= 0
  for no key update
), verdict as materialized (
  select case
    when not exists (select 1 from run) then 'gone'
    when exists (select 1 from steps s where s.workspace_id = $1 and s.enrollment_id = $3 and s.step = $4) then 'exists'
    when $9::boolean then 'applied'
    when (select cancel_reason from run) is not null then 'stopped'
    when exists (select 1 from questions q where q.state = 'answered' and q.wait = any($28::text[])) then 'answered'
    when $8::boolean then 'applied'
    when (select state from control) = 'stopped' then 'stopped'
    when (select state from control) = 'paused' then 'held'
    else 'applied' end as outcome
), step as (
  insert into steps (workspace_id, enrollment_id, step, at, format, inputs)
  select $1, $3, $4, $5, $6, $7::jsonb from verdict where outcome = 'applied'
  on conflict do nothing returning step
), entered as (
  insert into visits (workspace_id, enrollment_id, node, visit, step, place, entered_at, left_at, port, trace)
  select $1, $3, v.node, v.visit, $4, v.place, v.entered_at, v.left_at, v.port, v.trace
  from step,
    jsonb_to_recordset($10::jsonb) as v(
      node text, visit int, place smallint, entered_at timestamptz, left_at timestamptz, port text, trace jsonb
    )
), departed as (
  update visits v set left_at = l.left_at, port = l.port, trace = l.trace
  from step, jsonb_to_recordset($11::jsonb) as l(node text, visit int, left_at timestamptz, port text, trace jsonb)
  where v.workspace_id = $1 and v.enrollment_id = $3 and v.node = l.node and v.visit = l.visit
  returning v.node, v.port, extract(epoch from v.left_at - v.entered_at) as seconds, v.left_at
), messages_in as (
  insert into messages (
    workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at,
      run_offset_ms, lane, held_in, parked
  )
  select $1, $3, $2, $21, run.profile_id, m.node, m.visit, m.channel, $24,
    jsonb_build_object('run', $23::jsonb, 'entry', coalesce(e.properties, run.entry_data, '{}'), 'event', e.name), m.at,
    case when $24 = 'live' then 0 else (extract(epoch from m.at - clock_timestamp()) * 1000)::bigint end,
    -- The class of its lane (messages/lanes.ts).
    case when m.transactional then 8192 when run.bulk then 4096 else 0 end,
    -- What a pause held is told by its messages. Where only the last to a person is sent, they wait for her other runs.
    run.held_in,
    run.held_in is not null and exists (
      select 1 from journey_pauses p where p.workspace_id = $1 and p.id = run.held_in and p.overdue = 'latest'
    )
  from step
  cross join run
  cross join jsonb_to_recordset($12::jsonb) as m(
    node text, visit int, channel text, at timestamptz, transactional boolean
  )
  left join events e on e.workspace_id = $1 and e.id = run.entry_event_id and e.received_at = run.entry_received_at
  on conflict (workspace_id, enrollment_id, node, visit, resend_number) do nothing
  returning id, node
), acts_in as (
  insert into run_actions (workspace_id, enrollment_id, node, visit, kind, settings, at, depth, state)
  select $1, $3, a.node, a.visit, a.kind, a.settings, a.at,
    least(1 + greatest(run.depth, $27::int), ${deepest}),
    case when $8::boolean then 'recorded' else 'waiting' end
  from step
  cross join run
  cross join rows from (
    jsonb_to_recordset($26::jsonb) as (node text, visit int, kind text, settings jsonb, at timestamptz)
  ) with ordinality as a(node, visit, kind, settings, at, place)
  order by a.place
  on conflict do nothing
  returning node
), closed as (
  delete from waits w
  using step
  where w.workspace_id = $1 and w.enrollment_id = $3 and (w.wait = any($14::text[]) or $19::jsonb is not null)
), opened as (
  insert into waits (
    workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, rule, message_of, message_visit,
      not_before, taken, since_position, since_snapshot, since_time, paths, ways, origin
  )
  select $1, run.profile_id, w.event, $3, w.wait, w.arm, $22, w.rule, w.message_of, w.message_visit, w.not_before,
    w.taken,
    coalesce(w.position, 9223372036854775807), coalesce(w.snapshot::pg_snapshot, pg_current_snapshot()),
      coalesce(w.since, 'infinity'), w.paths, w.ways, $24
  from step cross join run cross join jsonb_to_recordset($13::jsonb) as w(${waitColumns})
  on conflict (workspace_id, enrollment_id, wait, arm) do update
    set rule = excluded.rule, not_before = excluded.not_before, taken = excluded.taken,
      since_position = excluded.since_position, since_snapshot = excluded.since_snapshot,
      since_time = excluded.since_time
), asked as (
  insert into approvals (
    workspace_id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, due_at
  )
  select $1, $3, $2, $21, q.node, q.visit, q.wait, $24, $23::jsonb, q.at, q.due
  from step
  cross join run
  cross join jsonb_to_recordset($29::jsonb) as q(node text, visit int, wait text, at timestamptz, due timestamptz)
  -- Nobody is asked about the control group: for them nobody answers.
  where run.apart = ''
  on conflict (workspace_id, enrollment_id, node, visit) do nothing
), unasked as (
  update approvals a set
    state = case when a.wait = any($28::text[]) then 'expired' else 'withdrawn' end,
    closed_at = $5
  from step, questions q
  where q.state in ('new', 'open') and a.workspace_id = $1 and a.id = q.id
), untimed as (
  delete from timers t
  using step
  where t.workspace_id = $1 and t.enrollment_id = $3 and $16::boolean and $15::jsonb is null
), timed as (
  insert into timers (workspace_id, enrollment_id, wait, until)
  select $1, $3, $15::jsonb ->> 'wait', ($15::jsonb ->> 'until')::timestamptz from step where $15::jsonb is not null
  on conflict (workspace_id, enrollment_id) do update set wait = excluded.wait, until = excluded.until
), traits as (
  update profiles p set traits = apply_trait_changes(p.traits, $17::jsonb), updated_at = now(),
    trait_times = p.trait_times || (
      select jsonb_object_agg(c.name, to_jsonb((extract(epoch from $5::timestamptz) * 1000)::bigint))
      from jsonb_to_recordset($17::jsonb) as c(name text)
    )
  from step, run where $17::jsonb <> '[]' and not $8::boolean and p.workspace_id = $1 and p.id = run.profile_id
), overlay as (
  -- Laid over the person's traits: what a test run takes away is null there.
  insert into test_traits (workspace_id, enrollment_id, traits)
  select $1, $3, coalesce(t.traits, '{}') || (
    select jsonb_object_agg(c.name, coalesce(after.traits -> c.name, 'null'))
    from jsonb_to_recordset($17::jsonb) as c(name text)
  )
  from step
  cross join run
  join profiles p on p.workspace_id = $1 and p.id = run.profile_id
  left join test_traits t on t.workspace_id = $1 and t.enrollment_id = $3
  cross join lateral apply_trait_changes(p.traits || coalesce(t.traits, '{}'), $17::jsonb) as after(traits)
  where $17::jsonb <> '[]' and $8::boolean
  on conflict (workspace_id, enrollment_id) do update set traits = excluded.traits
), deltas as (
  insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count, seconds)
  select $1, d.version_id, d.node, run.apart || d.measure, date_trunc('hour', $5::timestamptz), d.count, d.seconds
  from step cross join run cross join lateral (
    select $21::uuid as version_id, node, measure, count, seconds
    from jsonb_to_recordset($20::jsonb) as s(node text, measure text, count int, seconds double precision)
    -- Who is moved leaves a step of the version before.
    union all select run.version_id, departed.node, 'port:' || coalesce(departed.port, ''), 1,
      greatest(departed.seconds, 0) from departed
    union all select $21::uuid, messages_in.node, 'message:queued', 1, 0 from messages_in
  ) d where not $8::boolean
${isMove ? told : ''}), moved as (
  update enrollments e set
    step = $4 + 1, held = false, held_in = null,${isMove ? ' version_id = $21,' : ''}
    -- Who has left has left, while what they did is undone; whose workflow is not there yet is found by the sweeper.
    status = case
      when $25::boolean and (not $19::jsonb ? 'leaving') is not true then e.status
      when $19::jsonb is not null then $19::jsonb ->> 'status'
      when e.status in ('exited', 'cancelled', 'failed') then e.status
      else 'running'
    end,
    ended_at = case when $19::jsonb is not null and not $19::jsonb ? 'leaving' then $5::timestamptz end,
    end_reason = coalesce($19::jsonb ->> 'reason', e.end_reason),
    node_since = case when $18::text is not distinct from e.node then e.node_since else $5::timestamptz end,
    node = $18::text,
    run_offset_ms = case
      when $24 = 'live' then 0
      else (extract(epoch from $5::timestamptz - clock_timestamp()) * 1000)::bigint
      end,
    -- Whoever ends in it needs no workflow.
    start = case when $25::boolean and $19::jsonb is null then e.start end
  from step where e.workspace_id = $1 and e.id = $3
)
select verdict.outcome,
  case
    when verdict.outcome = 'stopped' then coalesce(
      (select cancel_reason from run),
      (select ${stopReason('of')} from (select $1::uuid as workspace_id, $2::uuid as journey_id) of)
    )
  end as reason,
  (select count(*)::int from step) as wrote, (select count(*)::int from messages_in) as queued,
  (select count(*)::int from acts_in) as acted
from verdict`;

export const commitStep = stepStatement(false);
/** The same for the step by which a run goes on in another version. */
export const commitMove = stepStatement(true);

/** How deep in a chain of actions the deepest of these events is. $1 workspace, $2 ids */
export const depthOfEvents = `
select max(e.depth)::int as depth from events e where e.workspace_id = $1 and e.id = any($2::uuid[])`;

/**
 * Whether an event `e` lies where a wait `w` may see it: received since its mark, whatever order transactions committed
 * in, and not one of those that brought the run there. What it is about is asked of the engine, which alone reads
 * filters.
 */
const since = `(e.position > w.since_position or e.received_at > w.since_time or not pg_visible_in_snapshot(e.transaction, w.since_snapshot))
  and (w.taken is null or e.id <> all(w.taken)) and (w.not_before is null or e.time >= w.not_before)`;

/**
 * Events that may be for these waits, in the order of receipt, a page at a time: the filters are not in the question,
 * so a page may hold none that counts. Only what was received since the run's entry can be: that is what the partitions
 * are chosen by. What was imported wakes nobody.
 *
 * $1 workspace, $2 enrollment, $3 events that are known, $4 to $6 the place after which the page begins (position,
 * wait, arm), $7 its length
 */
const eventsOf = (waits: string, condition: string): string => `
select w.wait, w.arm, w.rule, w.message_of, w.message_visit, w.not_before, w.paths, w.ways, r.origin, e.id, e.name, e.time,
  e.received_at, e.properties, e.position::text as position, pg_current_snapshot()::text as snapshot
from ${waits}
join enrollments r on r.workspace_id = $1 and r.id = $2
join events e on e.workspace_id = $1
  and e.profile_id = r.profile_id
  and e.name = w.event_name
  and e.received_at >= r.entry_received_at - interval '10 minutes'
where ${since} and ${condition}
  and (case when r.origin = 'test' then e.enrollment_id = r.id else e.origin in ('live', 'demo') end)
  and e.id <> all($3::uuid[])
  and (e.position, w.wait, w.arm) > ($4::bigint, $5::text, $6::smallint)
order by e.position, w.wait, w.arm limit $7`;

const openWaits = '(select * from waits where workspace_id = $1 and enrollment_id = $2) w';

/**
 * Events that waits had to see. $8 only these waits, and whatever ends the run, which may have been received before;
 * null: all
 */
export const eventsMissed = eventsOf(openWaits, `($8::text[] is null or w.wait = any($8) or w.wait like 'exit:%')`);

/**
 * Events that go before a timer or the answer of a custom node: those that end the run, received before this; and those
 * for what it waits for, received before its timer was due (for live runs). None when the step is stored already: it is
 * not decided again, and its waits are those after it.
 *
 * $8 a live run, $9 the step
 */
export const eventsBefore = eventsOf(
  openWaits,
  `(w.wait like 'exit:%' or not $8::boolean or e.received_at <= coalesce((select t.until from timers t where t.workspace_id = $1 and t.enrollment_id = $2), 'infinity'))
  and not exists (select 1 from steps s where s.workspace_id = $1 and s.enrollment_id = $2 and s.step = $9)`,
);

/**
 * Events that end a run before its first step, received before this. $8 the exit criteria as that step opens them, $9
 * the step
 */
export const exitsBeforeEntry = eventsOf(
  `(select i.event as event_name, i.wait, i.arm, i.rule, i.message_of, i.message_visit, i.not_before, i.taken, i.paths, i.ways, i.position as since_position, i.since as since_time,
      coalesce(i.snapshot::pg_snapshot, pg_current_snapshot()) as since_snapshot from jsonb_to_recordset($8::jsonb) as i(${waitColumns})) w`,
  'not exists (select 1 from steps s where s.workspace_id = $1 and s.enrollment_id = $2 and s.step = $9)',
);

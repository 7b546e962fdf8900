/** The id of the last pause of the journey that a row `of` names: where something is held, the one that holds it. */
export function latestPause(of: string): string {
  return `(
    select p.id
    from journey_pauses p
    where p.workspace_id = ${of}.workspace_id and p.journey_id = ${of}.journey_id
    order by p.started_at desc
    limit 1
  )`;
}

/**
 * Of a journey `of`, as many rows `id, room` as its last pause has a pace: how much of what it held may go on now. Who
 * asks holds that pause, so that nobody else gives out the same.
 */
export function paceOf(of: string): string {
  return `(
    select p.id, floor(
      extract(epoch from clock_timestamp() - greatest(p.paced_at, clock_timestamp() - ${burst}))
        * p.per_minute / 60.0 + 0.001
    )::int as room
    from journey_pauses p
    where p.workspace_id = ${of}.workspace_id and p.id = ${latestPause(of)} and p.per_minute is not null
    for update
  )`;
}

/** Gives out so much of the pace of pauses: `of` has rows `id, count`. */
export function spendPace(of: string): string {
  return `
    update journey_pauses p
    set paced_at = greatest(p.paced_at, clock_timestamp() - ${burst})
      + spent.count * interval '1 minute' / p.per_minute
    from ${of} spent
    where p.id = spent.id and p.per_minute is not null`;
}

/** What was not used for longer than that is gone: it is no right to a crowd. At least one is let go. */
const burst = `greatest(interval '10 seconds', interval '1 minute' / p.per_minute)`;

/** Why runs of the journey that a row `of` names are ended by its last stop. */
export function stopReason(of: string): string {
  return `coalesce(
    (
      select 'The journey was stopped: ' || s.reason
      from journey_stops s
      where s.workspace_id = ${of}.workspace_id and s.journey_id = ${of}.journey_id
      order by s.stopped_at desc
      limit 1
    ),
    'The journey was stopped'
  )`;
}

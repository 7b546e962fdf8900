import type { Scope, Sql } from '../platform/database/index.js';

/**
 * People by what their traits say of their time zone, which may be no zone (`timeZoneOf` reads it). `said`: in these
 * words; `unsaid`: and those who say none.
 */
export type ZonePeople = { said: string[]; unsaid: boolean };

/** As in the index `profiles_zone`; no zone has a longer name. */
const words = `left(trait_text(p.traits, '{timezone,timeZone,time_zone}'), 64)`;
const says = `p.traits ?| '{timezone,timeZone,time_zone}'`;

/** Of people `p`: those of `ZonePeople.said`, which is the parameter `said`. By an index. */
export function saysZoneSql(said: string): string {
  return `${says} and p.merged_into is null and ${words} = any(${said}::text[])`;
}

/** Of people `p`: those who say no zone. */
export const saysNoZoneSql = `p.merged_into is null and (not ${says} or ${words} is null)`;

/** All that people of a workspace say of their zones, each once: so many steps in an index. */
export async function zonesSaid({ workspaceId }: Scope, sql: Sql): Promise<string[]> {
  const next = (after: string): string =>
    `select ${words} as said from profiles p
     where p.workspace_id = $1 and ${says} and p.merged_into is null ${after} order by 1 limit 1`;
  const rows = await sql.query<{ said: string }>(
    `with recursive zones as (
       (${next(`and ${words} is not null`)})
       union all
       select (${next(`and ${words} > z.said`)}) from zones z where z.said is not null
     )
     select said from zones where said is not null`,
    [workspaceId],
  );
  return rows.map(({ said }) => said);
}

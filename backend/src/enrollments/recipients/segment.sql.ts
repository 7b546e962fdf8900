import type { RecipientsSql } from './recipients-sql.js';

/** Who is in it, those who entered last first. */
export const segment: RecipientsSql<'segment'> = ({ segment: id }, { workspace, parameters }) => ({
  people: `select p.id, row_number() over (order by m.since desc, p.id) as place, 1 as names
    from segment_members m
    join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
    where m.workspace_id = ${workspace} and m.segment_id = ${parameters.add(id, 'uuid')}
      and p.merged_into is null and not p.test`,
  segmentId: id,
});

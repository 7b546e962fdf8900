import type { EnteringRepository } from '../../enrollments/index.js';
import type { Scope } from '../../platform/database/index.js';
import { UserError } from '../../platform/errors/index.js';

/** The entry by which steps of other journeys let people into a journey. Throws a `UserError` where there is none. */
export async function journeyDoor(
  journeys: EnteringRepository,
  { workspaceId }: Scope,
  journeyId: string,
): Promise<string> {
  const open = (await journeys.journeys([{ workspaceId, journeyId }])).get(journeyId);
  if (!open) throw new UserError('journey-not-open', 'The journey isn’t live, so nobody enters it.');
  const entry = open.entries.find(({ kind }) => kind === 'journey');
  if (!entry) throw new UserError('no-such-entry', 'The journey has no “Journey entry” by which people could enter.');
  return entry.node;
}

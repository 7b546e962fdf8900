import type { Scope, Sql } from '../platform/database/index.js';
import { beingErased } from './erased-people.repository.js';
import { planIdentities } from './identity-plan.js';
import type { IdentityPlan, KnownIdentity, Person } from './identity-plan.js';

/**
 * The plan of people whose profiles are locked (`lockPeople`). Nobody is joined with somebody who is being deleted: what
 * was theirs would stay with the other, or the other would go too. What still comes for them goes with them.
 */
export async function planPeople(
  scope: Scope,
  { sql, people, known }: { sql: Sql; people: Person[]; known: KnownIdentity[] },
): Promise<IdentityPlan> {
  const plan = planIdentities({ people, known });
  if (plan.merges.length === 0) return plan;
  const apart = await beingErased(scope, { sql, ids: plan.merges.flatMap(({ from, into }) => [from, into]) });
  return apart.size === 0 ? plan : planIdentities({ people, known, apart });
}

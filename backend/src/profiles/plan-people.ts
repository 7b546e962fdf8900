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
  const apart = new Set<string>();
  const asked = new Set<string>();
  // Who is kept apart leaves others to be joined with somebody else: those are asked about as well.
  for (;;) {
    const plan = planIdentities({ people, known, apart });
    const ids = [...new Set(plan.merges.flatMap(({ from, into }) => [from, into]))].filter((id) => !asked.has(id));
    if (ids.length === 0) return plan;
    const erased = await beingErased(scope, { sql, ids });
    if (erased.size === 0) return plan;
    for (const id of ids) asked.add(id);
    for (const id of erased) apart.add(id);
  }
}

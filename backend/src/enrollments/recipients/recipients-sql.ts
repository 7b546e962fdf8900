import type { RecipientKind, RecipientsOf } from '@wend/contract';
import type { Parameters } from '../../rules/index.js';

/**
 * Finds people: `id`, `place` (in which order they go) and `names` (by how many of the listed ids each was found).
 * `asked`: how many were listed; `segmentId`: what must be built before. Merged and test profiles are nobody.
 */
export type RecipientsSql<Kind extends RecipientKind> = (
  who: RecipientsOf<Kind>,
  given: { workspace: string; parameters: Parameters },
) => { people: string; asked?: number; segmentId?: string };

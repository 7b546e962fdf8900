import type { RecipientKind, Recipients } from '@wend/contract';
import { list } from './list.sql.js';
import type { RecipientsSql } from './recipients-sql.js';
import { relation } from './relation.sql.js';
import { segment } from './segment.sql.js';

const kinds: { [Kind in RecipientKind]: RecipientsSql<Kind> } = { list, segment, relation };

/** Finds the people of a step that reaches several; see `RecipientsSql`. */
export const recipientsSql: RecipientsSql<RecipientKind> = (who: Recipients, given) =>
  (kinds[who.kind] as RecipientsSql<RecipientKind>)(who, given);

import type { JsonObject } from '@wend/contract';

/** A profile that a transaction holds; `traits` only where they were asked for. */
export type LockedProfile = {
  id: string;
  externalId: string | null;
  traits: JsonObject | null;
  times: Record<string, number> | null;
  lastSeenAt: number | null;
};

/** Another transaction named or merged the same people meanwhile: roll back and do the whole batch again. */
export class IdentityConflict extends Error {
  constructor(what: string) {
    super(`Another request changed ${what} at the same time.`);
    this.name = 'IdentityConflict';
  }
}

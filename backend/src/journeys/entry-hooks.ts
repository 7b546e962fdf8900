import { Global, Injectable, Module } from '@nestjs/common';
import type { Entry, EntryKind, EntryOf } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Entries of one kind that are open from now on. `previous`: those that were open until now, of the version before;
 * none when the journey was not open. What is the same in both must go on as if nothing had happened.
 */
export type Opening<Kind extends EntryKind> = {
  /** The transaction that publishes: what is written in it holds exactly when the version is published. */
  sql: Sql;
  journeyId: string;
  versionId: string;
  entries: EntryOf<Kind>[];
  previous: EntryOf<Kind>[];
  /** Who published. */
  by: string;
};

/**
 * What a kind of entry keeps that it subscribes to (a schedule, due rows, a batch), and must change when a journey
 * opens, changes or closes. Names of events are kept by `journey_entries` for every kind.
 */
export type EntryHooks<Kind extends EntryKind> = {
  kind: Kind;
  /** A version is published that has such entries, or the one before had. A pause changes nothing: people are held. */
  opened: (scope: Scope, opening: Opening<Kind>) => Promise<void>;
  /** The journey is stopped, archived or deleted: nobody comes in any more. Rows that name the journey go with it. */
  closed: (scope: Scope, closing: { sql: Sql; journeyId: string }) => Promise<void>;
};

/** Who keeps something for a kind of entry; modules add theirs when they start. */
@Injectable()
export class EntryHooksRegistry {
  private readonly hooks: EntryHooks<EntryKind>[] = [];

  add<Kind extends EntryKind>(hooks: EntryHooks<Kind>): void {
    this.hooks.push(hooks as unknown as EntryHooks<EntryKind>);
  }

  async opened(
    scope: Scope,
    {
      entries,
      previous,
      ...opening
    }: Omit<Opening<EntryKind>, 'entries' | 'previous'> & Record<'entries' | 'previous', Entry[]>,
  ): Promise<void> {
    for (const { kind, opened } of this.hooks) {
      const own = (each: Entry): boolean => each.kind === kind;
      if (entries.some(own) || previous.some(own))
        await opened(scope, { ...opening, entries: entries.filter(own), previous: previous.filter(own) });
    }
  }

  async closed(scope: Scope, closing: { sql: Sql; journeyId: string }): Promise<void> {
    for (const { closed } of this.hooks) await closed(scope, closing);
  }
}

/** Lets every module inject the registry. */
@Global()
@Module({ providers: [EntryHooksRegistry], exports: [EntryHooksRegistry] })
export class EntryHooksModule {}

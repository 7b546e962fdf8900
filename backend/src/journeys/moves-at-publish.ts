import { Global, Injectable, Module } from '@nestjs/common';
import type { Entry, Graph, Program, PublishMoves, PublishPreview } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import type { Had, Standing } from './publish-preview.repository.js';

/** What is to be published, and what becomes of the people inside. */
type Asked = { journeyId: string; program: Program; moves: PublishMoves };

/** How many of those at a step can follow it into the new version, and how many can go to another. */
export type CanGo = { follow: number; move: number };

/** What publishing asks of whoever moves people between versions. */
export type PeopleMoves = {
  /**
   * Whom the moves would take along. Throws a 422 that names the step for what cannot be done, a 409 where a move is
   * under way and somebody is to be moved. `graph`: what is published, with the steps of its sub-journeys; `drawn`: without. `graphs`: of the versions that people are in; `had`: messages of the new
   * version that they have had.
   */
  look: (
    scope: Scope,
    asked: Asked & {
      graph: Graph;
      drawn: Graph;
      entries: Entry[];
      standing: Standing[];
      graphs: ReadonlyMap<string, Graph>;
      had: Had[];
    },
  ) => Promise<{ moves: PublishPreview['moves']; can: ReadonlyMap<string, CanGo> }>;
  /** Begins the move to the version that is being published, in its transaction. Null where there is nobody to move. */
  begin: (caller: Caller, asked: Asked & { name: string; versionId: string; sql: Sql }) => Promise<string | null>;
};

/** Who moves people; the module that does adds itself when it starts. Publishing without moves needs nobody. */
@Injectable()
export class MovesAtPublish {
  private moves: PeopleMoves | null = null;

  use(moves: PeopleMoves): void {
    this.moves = moves;
  }

  get people(): PeopleMoves {
    if (!this.moves) throw new Error('This process moves nobody: it has no MovesApiModule.');
    return this.moves;
  }
}

/** Lets every module inject it. */
@Global()
@Module({ providers: [MovesAtPublish], exports: [MovesAtPublish] })
export class MovesAtPublishModule {}

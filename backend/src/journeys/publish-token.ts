import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublishMoves } from '@wend/contract';
import { Secrets } from '../platform/secrets/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import type { ControlState } from './journey.repository.js';

const purpose = 'publish';
/** How long what a preview said may be gone by. */
const goodForMs = 600_000;

/** What a preview was made of: publishing does only what was seen. */
export type PublishBasis = {
  journeyId: string;
  /** Of the draft. */
  revision: number;
  /** Of the version that is published; null while none is. */
  version: number | null;
  state: ControlState | null;
  /** What becomes of people inside; undefined: they stay. */
  moves: PublishMoves | undefined;
};

/** Tokens of previews: signed, kept nowhere, and for one caller only. */
@Injectable()
export class PublishTokens {
  constructor(private readonly secrets: Secrets) {}

  issue(caller: Caller, basis: PublishBasis): { token: string; expiresAt: Date } {
    const expiresAt = new Date(Date.now() + goodForMs);
    const { revision, version, state } = basis;
    const moves = digestOf(basis.moves);
    const seen = Buffer.from(JSON.stringify([revision, version, state, expiresAt.getTime(), moves])).toString(
      'base64url',
    );
    return { token: `${seen}.${this.sign(caller, { seen, journeyId: basis.journeyId })}`, expiresAt };
  }

  /**
   * Throws unless `token` is of a preview of this journey and these moves by this caller (400), and of what is there `now` (409
   * `publish-token-outdated`, with what has moved on).
   */
  check(caller: Caller, { token, now }: { token: string; now: PublishBasis & { editedBy: string | null } }): void {
    const [seen = '', signature = ''] = token.split('.');
    const text = textOf(caller, { seen, journeyId: now.journeyId });
    if (!this.secrets.verify({ purpose, text, signature }))
      throw new UserError(
        'publish-token-invalid',
        `This token isn’t from a preview that you made of this journey. POST /api/journeys/${now.journeyId}/publish/preview, look at the answer, and send its token.`,
      );
    const [revision, version, state, until, moves] = JSON.parse(Buffer.from(seen, 'base64url').toString()) as [
      number,
      number | null,
      ControlState | null,
      number,
      string,
    ];
    const moved =
      version !== now.version
        ? `Version ${now.version} was published since you looked.`
        : revision !== now.revision
          ? `${now.editedBy ?? 'Someone'} changed the draft since you looked (revision ${now.revision}, you saw ${revision}).`
          : state !== now.state
            ? `The journey is ${now.state} now; it was ${state} when you looked.`
            : Date.now() > until
              ? 'More than 10 minutes have gone by since you looked.'
              : null;
    if (moved !== null)
      throw new UserError(
        'publish-token-outdated',
        `${moved} Preview it again (POST /api/journeys/${now.journeyId}/publish/preview), then publish.`,
        { status: 409 },
      );
    if (moves !== digestOf(now.moves))
      throw new UserError(
        'publish-moves-not-previewed',
        `These moves aren’t those that you previewed. POST /api/journeys/${now.journeyId}/publish/preview with the same "moves", look at whom they take along, and publish with its token.`,
      );
  }

  private sign(caller: Caller, asked: { seen: string; journeyId: string }): string {
    return this.secrets.sign({ purpose, text: textOf(caller, asked) });
  }
}

/** The same for moves that do the same: the order of steps says nothing, and whoever is not named stays by `pinned`. */
function digestOf({ people, steps = {} }: PublishMoves = { people: 'pinned' }): string {
  const sorted = Object.entries(steps).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([people, sorted]))
    .digest('base64url');
}

function textOf({ workspaceId, actor }: Caller, { seen, journeyId }: { seen: string; journeyId: string }): string {
  return [workspaceId, journeyId, actor.kind, actor.id, seen].join(' ');
}

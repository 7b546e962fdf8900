import { Injectable } from '@nestjs/common';
import type { GoesOn, JourneyMove, Page } from '@wend/contract';
import { movesFrom, programFormat } from '@wend/engine';
import { AuditLog } from '../access/index.js';
import type { Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { MoveRepository } from './move.repository.js';
import type { VersionOfMove } from './move.repository.js';

type Named = { journeyId: string; id: string };
type Wanted = {
  journeyId: string;
  from?: number[] | undefined;
  to?: number | undefined;
  nodes: Record<string, GoesOn>;
};

/** Asks for moves, stops them and has them taken back. Who carries them out is the `Mover`. */
@Injectable()
export class MovesService {
  constructor(
    private readonly repository: MoveRepository,
    private readonly audit: AuditLog,
  ) {}

  async list(
    caller: Caller,
    options: { journeyId: string; cursor?: string | undefined; limit: number },
  ): Promise<Page<JourneyMove>> {
    if (!(await this.repository.hasJourney(caller, options.journeyId))) throw notFound('journey');
    const { rows, next } = await this.repository.list(caller, options);
    return { items: rows.map(shown), next };
  }

  /**
   * Throws a 404 for a journey that is not there, a 409 where nobody can be moved now, and a 422 that names the step for
   * what cannot be done.
   */
  async start(caller: Caller, wanted: Wanted): Promise<JourneyMove> {
    const { journeyId, nodes } = wanted;
    return this.repository.transaction(async (sql) => {
      const journey = await this.repository.journey(caller, { id: journeyId, sql });
      if (!journey) throw notFound('journey');
      if (journey.published === null || journey.state === null || journey.state === 'stopped' || journey.archived)
        throw new UserError(
          'journey-not-live',
          `“${journey.name}” is neither live nor paused: nobody in it can be moved.`,
          { status: 409 },
        );
      const versions = await this.repository.versions(caller, { journeyId, sql });
      const { from, to } = chosen(versions, { ...wanted, to: wanted.to ?? journey.published });
      refuseWhatCannotBe(from, to, nodes);
      const id = await this.repository.insert(caller, {
        sql,
        journeyId,
        versionId: to.id,
        from: from.map((each) => each.id),
        nodes,
        by: actorName(caller),
      });
      if (id === null)
        throw new UserError(
          'move-under-way',
          `People of “${journey.name}” are being moved already. Wait until that is done, or stop it.`,
          { status: 409 },
        );
      const detail = { name: journey.name, from: from.map(({ number }) => number), to: to.number, nodes };
      await this.audit.record(caller, { action: 'journey.move', subject: `journey:${journeyId}`, detail, sql });
      return this.read(caller, { journeyId, id, sql });
    });
  }

  /** Who has been moved stays there. Stopping what is not under way changes nothing. */
  async stop(caller: Caller, { journeyId, id }: Named): Promise<JourneyMove> {
    return this.repository.transaction(async (sql) => {
      const state = await this.repository.stateOf(caller, { journeyId, id, sql });
      if (state === null) throw notFound('move');
      if (state === 'moving' || state === 'taking-back') {
        await this.repository.setState(caller, { id, state: 'stopped', sql });
        const detail = { move: id };
        await this.audit.record(caller, { action: 'journey.move-stop', subject: `journey:${journeyId}`, detail, sql });
      }
      return this.read(caller, { journeyId, id, sql });
    });
  }

  /** Of the latest move only: people of an earlier one may stand by another one by now. */
  async takeBack(caller: Caller, { journeyId, id }: Named): Promise<JourneyMove> {
    return this.repository.transaction(async (sql) => {
      const journey = await this.repository.journey(caller, { id: journeyId, sql });
      const state = journey && (await this.repository.stateOf(caller, { journeyId, id, sql }));
      if (!journey || state === null) throw notFound('move');
      if (state === 'moving')
        throw new UserError('move-under-way', 'People are still being moved. Stop that first, then take it back.', {
          status: 409,
        });
      if (!(await this.repository.isLatest(caller, { journeyId, id, sql })))
        throw new UserError(
          'move-not-latest',
          'People have been moved again since. Only the latest move can be taken back.',
          { status: 409 },
        );
      if (journey.state === null || journey.state === 'stopped')
        throw new UserError('journey-not-live', `“${journey.name}” was stopped: its runs have ended.`, {
          status: 409,
        });
      const old = (await this.repository.fromOf(caller, { id, sql })).find(({ format }) => format !== programFormat);
      if (old)
        throw new UserError(
          'version-too-old',
          `Version ${old.number} was published by an earlier release of Wend: nobody can be taken back to it.`,
          { status: 409 },
        );
      if (state !== 'taking-back') {
        await this.repository.setState(caller, { id, state: 'taking-back', sql });
        const detail = { name: journey.name, move: id };
        await this.audit.record(caller, {
          action: 'journey.move-back',
          subject: `journey:${journeyId}`,
          detail,
          sql,
        });
      }
      return this.read(caller, { journeyId, id, sql });
    });
  }

  private async read(caller: Caller, named: Named & { sql: Sql }): Promise<JourneyMove> {
    const row = await this.repository.find(caller, named);
    if (!row) throw notFound('move');
    return shown(row);
  }
}

function shown({
  cursor: _,
  createdAt,
  settledAt,
  ...rest
}: Awaited<ReturnType<MoveRepository['list']>>['rows'][number]): JourneyMove {
  return { ...rest, createdAt: createdAt.toISOString(), settledAt: settledAt?.toISOString() ?? null };
}

function chosen(
  versions: VersionOfMove[],
  wanted: { from?: number[] | undefined; to: number },
): { from: VersionOfMove[]; to: VersionOfMove } {
  const byNumber = (number: number, path: string): VersionOfMove => {
    const found = versions.find((each) => each.number === number);
    if (found) return found;
    throw invalid(path, `There is no version ${number} of this journey.`);
  };
  const to = byNumber(wanted.to, 'to');
  const from = wanted.from
    ? [...new Set(wanted.from)].map((number) => byNumber(number, 'from'))
    : versions.filter(({ id }) => id !== to.id);
  if (from.some(({ id }) => id === to.id))
    throw invalid('from', `People of version ${to.number} can’t be moved to that version: they are in it.`);
  if (to.program.format !== programFormat)
    throw invalid(
      'to',
      `Version ${to.number} was published by an earlier release of Wend, and nobody can be moved to it. Publish the journey again.`,
    );
  return { from, to };
}

/** Each step must be one that people wait at in a version that they come from, and lead to what is there. */
function refuseWhatCannotBe(from: VersionOfMove[], to: VersionOfMove, nodes: Record<string, GoesOn>): void {
  for (const [node, goesOn] of Object.entries(nodes)) {
    const path = `nodes.${node}`;
    const having = from.filter(({ program }) => program.instructions.some((each) => each.node === node));
    const can = having.map(({ program }) => movesFrom(program, to.program, node));
    if (!can.some(({ leave }) => leave))
      throw invalid(
        path,
        having.length === 0
          ? `None of the versions that people come from has a step “${node}”.`
          : `People can’t be moved from the step “${node}”: only from steps at which they wait for a time or for events.`,
      );
    if ('to' in goesOn && !to.program.instructions.some((each) => each.node === goesOn.to))
      throw invalid(path, `Version ${to.number} has no step “${goesOn.to}”.`);
    if ('follow' in goesOn && !can.some(({ follow }) => follow))
      throw invalid(
        path,
        `People can’t follow the step “${node}” to version ${to.number}: it is not there, doesn’t wait any more, or has asked somebody. Say which step they go to.`,
      );
  }
}

function invalid(path: string, message: string): UserError {
  return new UserError('invalid-move', message, { status: 422, errors: [{ path, message }] });
}

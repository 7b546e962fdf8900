import { Injectable } from '@nestjs/common';
import { outermost } from '@wend/contract';
import type { GoesOn, JourneyMove, Page } from '@wend/contract';
import { programFormat } from '@wend/engine';
import { AuditLog } from '../access/index.js';
import type { Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { MovesAtPublish } from '../journeys/index.js';
import type { CanGo, PeopleMoves } from '../journeys/index.js';
import { MoveRepository, takeBackDays } from './move.repository.js';
import { ahead, goesOnBy, secondsAt, takenAlong, targetsOf, WaysOn } from './publish-moves.js';
import type { Stand, VersionInside } from './publish-moves.js';

type Named = { journeyId: string; id: string };
type Wanted = {
  journeyId: string;
  from?: number[] | undefined;
  to?: number | undefined;
  nodes: Record<string, GoesOn>;
};
type NewMove = {
  sql: Sql;
  journeyId: string;
  name: string;
  from: VersionInside[];
  to: VersionInside;
  nodes: Record<string, GoesOn>;
};

/** Asks for moves, stops them and has them taken back. Who carries them out is the `Mover`. */
@Injectable()
export class MovesService implements PeopleMoves {
  constructor(
    private readonly repository: MoveRepository,
    private readonly audit: AuditLog,
    publishing: MovesAtPublish,
  ) {
    publishing.use(this);
  }

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
      const { name, published } = journey;
      if (published === null || journey.state === null || journey.state === 'stopped' || journey.archived)
        throw new UserError('journey-not-live', `“${name}” is neither live nor paused: nobody in it can be moved.`, {
          status: 409,
        });
      const versions = await this.repository.versions(caller, { journeyId, sql });
      const { from, to } = chosen(versions, { ...wanted, to: wanted.to ?? published });
      refuseWhatCannotBe(new WaysOn(from, to.program), { nodes, path: 'nodes', called: `version ${to.number}` });
      const id = await this.insert(caller, { sql, journeyId, name, from, to, nodes });
      return this.read(caller, { journeyId, id, sql });
    });
  }

  /** What publishing would do to the people inside; nothing is written. */
  look: PeopleMoves['look'] = async (
    scope,
    { journeyId, program, graph, drawn, entries, moves, standing, graphs, had },
  ) => {
    const [from, underWay] = await Promise.all([
      this.repository.inside(scope, { journeyId }),
      this.repository.underWay(scope, journeyId),
    ]);
    const ways = new WaysOn(from, program);
    const nodes = Object.fromEntries(
      Object.entries(moves.steps ?? {}).flatMap(([node, step]) => ('stay' in step ? [] : [[node, step]])),
    );
    refuseWhatCannotBe(ways, { nodes, path: 'moves.steps', called: 'the new version' });
    const goes = goesOnBy(ways, moves);
    const { steps, left } = takenAlong(ways, { standing, moves, goes });
    if (underWay !== null && steps.size > 0) throw alreadyMoving();
    const versionIds = from.map(({ id }) => id);
    const follows = [...steps.keys()].flatMap((node) => {
      const seconds = 'follow' in goes[node]! ? secondsAt(program, node) : null;
      return seconds === null ? [] : [{ node, seconds }];
    });
    const lying = new Map([...steps.keys()].map((node) => [node, ahead(graph, node, goes[node]!)]));
    const atOnce = await this.repository.longer(scope, { versionIds, nodes: follows });
    const before = [...graphs.values()];
    const nameOf = (node: string): string =>
      (graph.nodes[node] ?? before.find(({ nodes: those }) => those[node])?.nodes[node])?.name ?? node;
    const moved = sum([...steps.values()]);
    return {
      can: canGo(ways, standing),
      moves: {
        underWay,
        moved,
        stays: sum(standing.map(({ people }) => people)) - moved,
        steps: [...steps]
          .map(([node, people]) => {
            const goesOn = goes[node]!;
            const to = 'to' in goesOn ? goesOn.to : node;
            const follow = 'follow' in goesOn;
            return { node, name: nameOf(node), to, toName: nameOf(to), follow, people, atOnce: atOnce.get(node) ?? 0 };
          })
          .sort((a, b) => b.people - a.people),
        left: [...left].map(([node, each]) => ({ node, name: nameOf(node), ...each })),
        again: had
          .flatMap(({ at, node, people }) =>
            at !== null && lying.get(at)?.has(node)
              ? [{ from: at, fromName: nameOf(at), node, name: nameOf(node), people }]
              : [],
          )
          .sort((a, b) => b.people - a.people),
        targets: targetsOf(ways, { graph: drawn, entries }),
      },
    };
  };

  /** In the transaction that publishes: the version and the move are there, or neither is. */
  begin: PeopleMoves['begin'] = async (caller, { journeyId, name, versionId, program, moves, sql }) => {
    const from = await this.repository.inside(caller, { journeyId, except: versionId, sql });
    const nodes = goesOnBy(new WaysOn(from, program), moves);
    if (Object.keys(nodes).length === 0) return null;
    const to = (await this.repository.versions(caller, { journeyId, sql })).find(({ id }) => id === versionId);
    if (!to) throw new Error(`The version ${versionId} that people are to be moved to is missing.`);
    return this.insert(caller, { sql, journeyId, name, from, to, nodes });
  };

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
      if (await this.repository.isLongAgo(caller, { id, sql }))
        throw new UserError(
          'move-too-old',
          `This move was done more than ${takeBackDays} days ago. Move people by POST /api/journeys/${journeyId}/moves instead.`,
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

  private async insert(caller: Caller, { sql, journeyId, name, from, to, nodes }: NewMove): Promise<string> {
    const id = await this.repository.insert(caller, {
      sql,
      journeyId,
      versionId: to.id,
      from: from.map((each) => each.id),
      nodes,
      by: actorName(caller),
    });
    if (id === null) throw alreadyMoving(name);
    const detail = { name, from: from.map(({ number }) => number), to: to.number, nodes };
    await this.audit.record(caller, { action: 'journey.move', subject: `journey:${journeyId}`, detail, sql });
    return id;
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
  takeBackUntil,
  ...rest
}: Awaited<ReturnType<MoveRepository['list']>>['rows'][number]): JourneyMove {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
    takeBackUntil: takeBackUntil?.toISOString() ?? null,
  };
}

function chosen(
  versions: VersionInside[],
  wanted: { from?: number[] | undefined; to: number },
): { from: VersionInside[]; to: VersionInside } {
  const byNumber = (number: number, path: string): VersionInside => {
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
function refuseWhatCannotBe(
  ways: WaysOn,
  { nodes, path: root, called }: { nodes: Record<string, GoesOn>; path: string; called: string },
): void {
  for (const [node, goesOn] of Object.entries(nodes)) {
    const path = `${root}.${node}`;
    const having = ways.having(node);
    const can = having.map((version) => ways.of(version, node));
    if (!can.some(({ leave }) => leave))
      throw invalid(
        path,
        having.length === 0
          ? `None of the versions that people come from has a step “${node}”.`
          : `People can’t be moved from the step “${node}”: only from steps at which they wait for a time or for events.`,
      );
    if ('to' in goesOn && !ways.leadsTo(goesOn.to))
      throw invalid(path, `${capital(called)} has no step “${goesOn.to}”.`);
    if ('to' in goesOn && outermost(goesOn.to) !== goesOn.to)
      throw invalid(
        path,
        `People can’t be moved into a sub-journey: it begins with what its card gives it. Choose the card instead of “${goesOn.to}”.`,
      );
    if ('follow' in goesOn && !can.some(({ follow }) => follow))
      throw invalid(
        path,
        `People can’t follow the step “${node}” to ${called}: it is not there, doesn’t wait any more, or has asked somebody. Say which step they go to.`,
      );
  }
}

function canGo(ways: WaysOn, standing: readonly Stand[]): Map<string, CanGo> {
  const can = new Map<string, CanGo>();
  for (const { versionId, node, people } of standing) {
    const version = ways.from.find(({ id }) => id === versionId);
    if (!version || node === null) continue;
    const { follow, leave } = ways.of(version, node);
    const so = can.get(node) ?? { follow: 0, move: 0 };
    can.set(node, { follow: so.follow + (follow ? people : 0), move: so.move + (leave ? people : 0) });
  }
  return can;
}

function alreadyMoving(name?: string): UserError {
  const of = name === undefined ? 'People' : `People of “${name}”`;
  return new UserError('move-under-way', `${of} are being moved already. Wait until that is done, or stop it.`, {
    status: 409,
  });
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

function invalid(path: string, message: string): UserError {
  return new UserError('invalid-move', message, { status: 422, errors: [{ path, message }] });
}

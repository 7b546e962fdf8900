import { Injectable } from '@nestjs/common';
import type { LiveFigures } from '@wend/contract';
import { GoalReads } from '../goals/index.js';
import { Remembered } from '../platform/cache/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { FiguresRepository } from './figures.repository.js';
import { assembleFigures } from './figures.js';

/** Figures are shared by all who look at them within this time. */
const freshMs = 1_000;
const mediansMs = 15_000;
/** A backlog may be long, and each look counts it. */
const heldMs = 4_000;
const noGoals = { goals: [], totals: [], touches: [] };
const nobody = { waiting: [], controls: [], held: [], failing: [], medians: [], recent: [], goals: noGoals };

export type FiguresQuery = { scope: Scope; journeyId: string; version?: number | undefined };

@Injectable()
export class LiveService {
  private readonly figuresNow = new Remembered<LiveFigures>();
  private readonly held = new Remembered<Awaited<ReturnType<FiguresRepository['held']>>>();
  private readonly medians = new Remembered<Awaited<ReturnType<FiguresRepository['medians']>>>();

  constructor(
    private readonly repository: FiguresRepository,
    private readonly goals: GoalReads,
  ) {}

  /**
   * Figures of all versions, or of the one with the given number; at most 5 s old. Throws 404 when there is no such
   * journey or version.
   */
  figures(query: FiguresQuery): Promise<LiveFigures> {
    return this.figuresNow.get(keyOf(query), { freshMs, load: () => this.load(query) });
  }

  private async load({ scope, journeyId, version: number }: FiguresQuery): Promise<LiveFigures> {
    const known = await this.repository.versions(scope, { journeyId, number });
    if (!known) throw notFound('journey');
    const chosen = number === undefined ? known.versions : known.versions.filter((each) => each.number === number);
    if (number !== undefined && chosen.length === 0) throw notFound('version');
    const at = new Date().toISOString();
    const parts = {
      version: number ?? known.published,
      allVersions: number === undefined,
      versions: known.versions,
      sendNodes: [...new Set(chosen.flatMap((each) => each.sendNodes))],
    };
    if (chosen.length === 0) return { at, ...assembleFigures({ ...parts, measures: [], ...nobody }) };
    const versionIds = chosen.map(({ id }) => id);
    const [measures, waiting, controls, held, failing, medians, recent, goals] = await Promise.all([
      this.repository.measures(scope, versionIds),
      this.repository.waiting(scope, versionIds),
      this.repository.controls(scope, versionIds),
      this.held.get(keyOf({ scope, journeyId, version: number }), {
        freshMs: heldMs,
        load: () => this.repository.held(scope, versionIds),
      }),
      this.repository.failing(scope, { journeyId, versionIds }),
      this.medians.get(keyOf({ scope, journeyId, version: number }), {
        freshMs: mediansMs,
        load: () => this.repository.medians(scope, { journeyId, versionIds }),
      }),
      this.repository.recent(scope, versionIds),
      this.goals.totals(scope, versionIds),
    ]);
    return { at, ...assembleFigures({ ...parts, measures, waiting, controls, held, failing, medians, recent, goals }) };
  }
}

export function keyOf({ scope, journeyId, version }: FiguresQuery): string {
  return `${scope.workspaceId}/${journeyId}/${version ?? ''}`;
}

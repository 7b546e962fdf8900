import { Injectable } from '@nestjs/common';
import type { LiveFigures } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { FiguresRepository } from './figures.repository.js';
import { assembleFigures } from './figures.js';
import { Remembered } from './remembered.js';

/** Figures are shared by all who look at them within this time. */
const freshMs = 1_000;
const mediansMs = 15_000;

export type FiguresQuery = { scope: Scope; journeyId: string; version?: number | undefined };

@Injectable()
export class LiveService {
  private readonly figuresNow = new Remembered<LiveFigures>();
  private readonly medians = new Remembered<Awaited<ReturnType<FiguresRepository['medians']>>>();
  private readonly ended = new Remembered<Awaited<ReturnType<FiguresRepository['ended']>>>();

  constructor(private readonly repository: FiguresRepository) {}

  /** Figures of the published version, or of the one with the given number; at most 5 s old. Throws 404 when there is none. */
  figures(query: FiguresQuery): Promise<LiveFigures> {
    return this.figuresNow.get(keyOf(query), { freshMs, load: () => this.load(query) });
  }

  private async load({ scope, journeyId, version: number }: FiguresQuery): Promise<LiveFigures> {
    const version = await this.repository.version(scope, { journeyId, number });
    if (!version) throw notFound(number === undefined ? 'journey' : 'version');
    const at = new Date().toISOString();
    const { versionId } = version;
    if (versionId === null) return { at, ...assembleFigures({ version: null, sendNodes: [], measures: [], waiting: [], ended: [], medians: [], recent: [] }) };
    const key = `${scope.workspaceId}/${versionId}`;
    const [measures, waiting, ended, medians, recent] = await Promise.all([
      this.repository.measures(scope, versionId),
      this.repository.waiting(scope, versionId),
      // Counting a million ended runs takes a while: what took long is kept longer, up to 4 s.
      this.ended.get(key, { freshMs: (tookMs) => Math.min(4_000, tookMs * 20), load: () => this.repository.ended(scope, { journeyId, versionId }) }),
      this.medians.get(key, { freshMs: mediansMs, load: () => this.repository.medians(scope, { journeyId, versionId }) }),
      this.repository.recent(scope, versionId),
    ]);
    return { at, ...assembleFigures({ version: version.number, sendNodes: version.sendNodes, measures, waiting, ended, medians, recent }) };
  }
}

export function keyOf({ scope, journeyId, version }: FiguresQuery): string {
  return `${scope.workspaceId}/${journeyId}/${version ?? ''}`;
}

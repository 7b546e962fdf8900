import { Injectable } from '@nestjs/common';
import type { CatalogueKind, CatalogueUse, Graph } from '@wend/contract';
import { NodeRegistry } from '../journeys/index.js';
import { Remembered } from '../platform/cache/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Entry } from './catalogue.repository.js';
import { looksAt, usesIn, usesInGraph } from './uses.js';
import type { Uses } from './uses.js';
import { UsesRepository } from './uses.repository.js';

type User = Pick<CatalogueUse, 'what' | 'id' | 'name'> & { draft: Uses | null; live: Uses[] };

/** Graphs are many and large: whoever looks at the catalogue reads them once in a while. */
const freshMs = (tookMs: number) => Math.min(60_000, Math.max(5_000, 20 * tookMs));

/** Which journeys and segments ask about an event or a trait. */
@Injectable()
export class UsesService {
  private readonly users = new Remembered<User[]>();

  constructor(
    private readonly repository: UsesRepository,
    private readonly registry: NodeRegistry,
  ) {}

  async of(scope: Scope, { kind, name }: Entry): Promise<CatalogueUse[]> {
    return (await this.all(scope)).flatMap(({ draft, live, ...user }): CatalogueUse[] => {
      const inDraft = draft !== null && asks(draft, { kind, name });
      const isLive = live.some((uses) => asks(uses, { kind, name }));
      if (!inDraft && !isLive) return [];
      const where = user.what === 'segment' ? null : inDraft && isLive ? 'both' : isLive ? 'live' : 'draft';
      return [{ ...user, where }];
    });
  }

  /** How many ask about a name, for many names. */
  async counts(scope: Scope, kind: CatalogueKind): Promise<(name: string) => number> {
    const users = (await this.all(scope)).map(({ draft, live }) => [...(draft ? [draft] : []), ...live]);
    return (name) => users.filter((parts) => parts.some((uses) => asks(uses, { kind, name }))).length;
  }

  private all(scope: Scope): Promise<User[]> {
    return this.users.get(scope.workspaceId, { freshMs, load: () => this.load(scope) });
  }

  private async load(scope: Scope): Promise<User[]> {
    const within = (graph: Graph) => usesInGraph(graph, this.registry.manifestsByKey);
    const [journeys, segments] = await Promise.all([this.repository.journeys(scope), this.repository.segments(scope)]);
    return [
      ...journeys.map(({ id, name, draft, live }): User => ({
        what: 'journey',
        id,
        name,
        draft: draft && within(draft),
        live: live.map(within),
      })),
      ...segments.map(({ id, name, rules }): User => ({
        what: 'segment',
        id,
        name,
        draft: null,
        live: [usesIn(rules)],
      })),
    ];
  }
}

function asks({ events, traits }: Uses, { kind, name }: Entry): boolean {
  return kind === 'event' ? events.has(name) : [...traits].some((asked) => looksAt(asked, name));
}

import { Injectable } from '@nestjs/common';
import { compareGraphs, entryKinds, id } from '@wend/contract';
import type { Entry, Graph, GraphChanges, GraphNode, PublishPreview } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { DraftSurroundings } from './draft-surroundings.js';
import { JourneyRepository } from './journey.repository.js';
import { draftEditedOf } from './journeys.service.js';
import { messageSteps, personVariables } from './message-variables.js';
import { NodeRegistry } from './node-registry.js';
import { PublishPreviewRepository } from './publish-preview.repository.js';
import type { Standing, WaysIn } from './publish-preview.repository.js';
import { PublishTokens } from './publish-token.js';
import { PublishableDrafts } from './publishable.js';
import { VersionRepository } from './version.repository.js';

type Steps = PublishPreview['steps'];
type Around = { graph: Graph; entries: Entry[]; versionIds: string[] };

/** Says what publishing a draft would do, before it is done. */
@Injectable()
export class PublishPreviewService {
  constructor(
    private readonly database: Database,
    private readonly journeys: JourneyRepository,
    private readonly versions: VersionRepository,
    private readonly repository: PublishPreviewRepository,
    private readonly publishable: PublishableDrafts,
    private readonly surroundings: DraftSurroundings,
    private readonly registry: NodeRegistry,
    private readonly tokens: PublishTokens,
  ) {}

  /**
   * What changes, for whom, and the token to publish with. Nothing is written or locked: saving goes on meanwhile, and
   * makes the token outdated. Throws what publishing would throw (404, 409 when archived, 422 with the issues).
   */
  async preview(caller: Caller, id: string): Promise<PublishPreview> {
    const found = await this.journeys.find(caller, id);
    if (!found) throw notFound('journey');
    const journey = { ...found, archived: found.archivedAt !== null };
    const { draft: graph, name, revision, publishedVersion: version } = journey;
    const [surroundings, state] = await Promise.all([
      this.surroundings.of(caller),
      this.versions.controlState(caller, { journeyId: id }),
    ]);
    const { issues, present, entries, program } = await this.publishable.compile(caller, { id, journey, surroundings });
    if (!present || state === 'stopped')
      await this.database.transaction((sql) =>
        this.publishable.checkNames(caller, { id, name, entries, program, graph, sql }),
      );
    const standing = await this.repository.standing(caller, id);
    const around = { graph, entries, versionIds: [...new Set(standing.map((each) => each.versionId))] };
    const [changes, steps, variables, again, next] = await Promise.all([
      this.changes(caller, { id, version, graph }),
      this.steps(caller, { graph, standing }),
      this.variables(caller, around),
      this.again(caller, around),
      present ? present.number : this.versions.nextNumber(caller, { journeyId: id }),
    ]);
    const { token, expiresAt } = this.tokens.issue(caller, { journeyId: id, revision, version, state });
    return {
      token,
      expiresAt: expiresAt.toISOString(),
      revision,
      draftEdited: draftEditedOf(caller, journey),
      status: version === null ? 'draft' : (state ?? 'live'),
      version,
      next,
      unchanged: present !== null,
      changes,
      inside: { people: sum(standing), versions: byVersion(standing) },
      steps,
      variables,
      again,
      issues,
    };
  }

  private async changes(
    scope: Scope,
    { id, version, graph }: { id: string; version: number | null; graph: Graph },
  ): Promise<PublishPreview['changes']> {
    const before = version === null ? null : await this.versions.find(scope, { journeyId: id, number: version });
    if (!before) return null;
    const { added, removed, changed, rewired, settings } = compareGraphs({ before: before.graph, after: graph });
    return {
      added: added.map(named),
      removed: removed.map(named),
      changed: changed.map(({ node, fields }) => ({ ...named(node), fields })),
      rewired: rewired.map(named),
      settings,
    };
  }

  /** Each version that people are in is compared by itself: an older one may have steps that the present has not. */
  private async steps(scope: Scope, { graph, standing }: { graph: Graph; standing: Standing[] }): Promise<Steps> {
    const graphs = await this.repository.graphs(scope, [...new Set(standing.map((each) => each.versionId))]);
    const differences = new Map(
      [...graphs].map(([id, before]) => [id, differing(compareGraphs({ before, after: graph }))]),
    );
    const steps = new Map<string, Steps[number]>();
    // Newest versions first: a step is called as it is called last.
    for (const { versionId, version, node, people } of standing) {
      const difference = node === null ? undefined : differences.get(versionId)?.get(node);
      if (!difference) continue;
      const step = steps.get(difference.node) ?? { ...difference, people: 0, versions: [] };
      step.people += people;
      step.versions.push({ version, people });
      steps.set(difference.node, step);
    }
    return [...steps.values()].sort((a, b) => b.people - a.people);
  }

  private async variables(scope: Scope, { graph, entries, versionIds }: Around): Promise<PublishPreview['variables']> {
    const asked = personVariables(graph, this.registry.manifestsByKey);
    const traits = [...new Map(asked.map(({ trait }) => [JSON.stringify(trait), trait])).values()];
    const { of, people, empty } = await this.missing(scope, { traits, versionIds, ways: waysIn({ graph, entries }) });
    const missing = new Map(traits.map((trait, index) => [JSON.stringify(trait), empty[index] ?? 0]));
    return {
      of,
      people,
      empty: asked.flatMap(({ trait, ...variable }) => {
        const lacking = missing.get(JSON.stringify(trait)) ?? 0;
        return lacking > 0 ? [{ ...variable, people: lacking }] : [];
      }),
    };
  }

  private async missing(
    scope: Scope,
    { traits, versionIds, ways }: { traits: string[][]; versionIds: string[]; ways: WaysIn },
  ): Promise<{ of: PublishPreview['variables']['of']; people: number; empty: number[] }> {
    if (versionIds.length > 0)
      return { of: 'inside', ...(await this.repository.missingInside(scope, { versionIds, traits })) };
    const coming = await this.repository.missingComing(scope, { ...ways, traits });
    if (coming.people > 0) return { of: 'could-enter', ...coming };
    return { of: 'everybody', ...(await this.repository.missingAnywhere(scope, traits)) };
  }

  /** Whoever is inside stays in their version: a message comes again only to who may enter the new one. */
  private async again(scope: Scope, { graph, versionIds }: Around): Promise<PublishPreview['again']> {
    const { rule, key } = graph.settings.reentry;
    const nodes = messageSteps(graph, this.registry.manifestsByKey).map(({ node }) => node);
    if ((rule === 'never' && !key) || versionIds.length === 0 || nodes.length === 0) return [];
    const had = await this.repository.had(scope, { versionIds, nodes: nodes.map(({ id }) => id) });
    return had.map(({ node, people }) => ({ node, name: graph.nodes[node]?.name ?? node, people }));
  }
}

/** What each step of the older graph is in the newer one, where it is not the same. */
function differing({
  removed,
  changed,
  rewired,
}: GraphChanges): Map<string, Pick<Steps[number], 'node' | 'name' | 'change'>> {
  const as = (change: Steps[number]['change']) => (node: GraphNode) => ({ ...named(node), change });
  return new Map(
    [
      ...rewired.map(as('rewired')),
      ...changed.map(({ node }) => as('changed')(node)),
      ...removed.map(as('removed')),
    ].map((step) => [step.node, step]),
  );
}

function waysIn({ graph, entries }: { graph: Graph; entries: Entry[] }): WaysIn {
  return {
    segments: entries.flatMap((entry) =>
      'segment' in entry && id.safeParse(entry.segment).success ? [String(entry.segment)] : [],
    ),
    events: entries
      .filter((entry) => !('segment' in entry))
      .flatMap(({ kind, node }) => entryKinds[kind].events(graph.nodes[node]?.config ?? {})),
  };
}

function named({ id, name }: Pick<GraphNode, 'id' | 'name'>): { node: string; name: string } {
  return { node: id, name };
}

function sum(standing: readonly { people: number }[]): number {
  return standing.reduce((total, { people }) => total + people, 0);
}

function byVersion(standing: readonly Standing[]): { version: number; people: number }[] {
  const people = new Map<number, number>();
  for (const { version, people: more } of standing) people.set(version, (people.get(version) ?? 0) + more);
  return [...people].map(([version, count]) => ({ version, people: count }));
}

import { Injectable } from '@nestjs/common';
import { compareGraphs, entryKinds, id } from '@wend/contract';
import type { Entry, Graph, GraphChanges, GraphNode, PublishMoves, PublishPreview } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { DraftSurroundings } from './draft-surroundings.js';
import { JourneyRepository } from './journey.repository.js';
import { draftEditedOf } from './journeys.service.js';
import { messageSteps, saidVariables } from './message-variables.js';
import type { SaidVariable } from './message-variables.js';
import { MovesAtPublish } from './moves-at-publish.js';
import type { CanGo } from './moves-at-publish.js';
import { NodeRegistry } from './node-registry.js';
import { PublishPreviewRepository } from './publish-preview.repository.js';
import type { Had, Standing, WaysIn } from './publish-preview.repository.js';
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
    private readonly moves: MovesAtPublish,
  ) {}

  /**
   * What changes, for whom, and the token to publish with. Nothing is written or locked: saving goes on meanwhile, and
   * makes the token outdated. Throws what publishing would throw (404, 409 when archived, 422 with the issues).
   */
  async preview(
    caller: Caller,
    { id, moves }: { id: string; moves?: PublishMoves | undefined },
  ): Promise<PublishPreview> {
    const found = await this.journeys.find(caller, id);
    if (!found) throw notFound('journey');
    const journey = { ...found, archived: found.archivedAt !== null };
    const { draft: graph, name, revision, publishedVersion: version } = journey;
    const [surroundings, state] = await Promise.all([
      this.surroundings.of(caller),
      this.versions.controlState(caller, { journeyId: id }),
    ]);
    const compiled = await this.publishable.compile(caller, { id, journey, surroundings });
    const { issues, present, entries, program } = compiled;
    // With the steps of sub-journeys, where people stand as well.
    const running = compiled.expanded ?? graph;
    const perhaps =
      !present || state === 'stopped'
        ? await this.database.transaction((sql) =>
            this.publishable.checkNames(caller, { id, name, entries, program, graph: running, sql }),
          )
        : [];
    const standing = await this.repository.standing(caller, id);
    const around = { graph, entries, versionIds: [...new Set(standing.map((each) => each.versionId))] };
    const [graphs, had] = await Promise.all([
      this.repository.graphs(caller, around.versionIds),
      this.had(caller, { ...around, graph: running }),
    ]);
    // Whoever is left of a journey that was stopped is on the way out.
    const inside = state === 'stopped' ? [] : standing;
    const asked = moves ?? { people: 'pinned' as const };
    const [changes, looked, variables, next, chosen] = await Promise.all([
      this.changes(caller, { id, version, graph }),
      this.moves.people.look(caller, {
        journeyId: id,
        program,
        drawn: graph,
        graph: running,
        entries,
        moves: asked,
        standing: inside,
        graphs,
        had,
      }),
      this.variables(caller, around),
      present ? present.number : this.versions.nextNumber(caller, { journeyId: id }),
      this.versions.chosen(caller, { journeyId: id, number: version }),
    ]);
    const steps = stepsOf({ graph: running, standing, graphs, can: looked.can });
    const { token, expiresAt } = this.tokens.issue(caller, { journeyId: id, revision, version, state, moves });
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
      inside: { people: sum(standing), versions: byVersion(standing), default: chosen ?? 'pinned' },
      steps,
      moves: looked.moves,
      variables,
      again: againOf(running, had),
      issues: [...issues, ...perhaps],
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

  /**
   * What people have and what they came in with is counted; what an earlier step or a later event will give is not known
   * before, and what people will come in with neither.
   */
  private async variables(scope: Scope, { graph, entries, versionIds }: Around): Promise<PublishPreview['variables']> {
    const said = saidVariables(graph, this.registry.manifestsByKey);
    const pathsOf = (root: SaidVariable['root']): string[][] => [
      ...new Map(said.filter((each) => each.root === root).map(({ variable, below }) => [variable, below])).values(),
    ];
    const [traits, brought] = [pathsOf('profile'), versionIds.length > 0 ? pathsOf('entry') : []];
    const [{ of, people, empty }, lacking] = await Promise.all([
      this.missing(scope, { traits, versionIds, ways: waysIn({ graph, entries }) }),
      this.repository.missingBrought(scope, { versionIds, paths: brought }),
    ]);
    const missing = new Map<string, number>([
      ...traits.map((below, index): [string, number] => [['profile', ...below].join('.'), empty[index] ?? 0]),
      ...brought.map((below, index): [string, number] => [
        ['entry', ...below].join('.'),
        Math.min(lacking[index] ?? 0, people),
      ]),
    ]);
    const placeOf = ({ node, name, path, variable }: SaidVariable) => ({ node, name, path, variable });
    return {
      of,
      people,
      empty: said.flatMap((each) => {
        const without = missing.get(each.variable) ?? 0;
        return without > 0 ? [{ ...placeOf(each), people: without }] : [];
      }),
      uncounted: said.filter(({ variable }) => !missing.has(variable)).map(placeOf),
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

  private async had(scope: Scope, { graph, versionIds }: Around): Promise<Had[]> {
    const nodes = messageSteps(graph, this.registry.manifestsByKey).map(({ node }) => node.id);
    return versionIds.length === 0 || nodes.length === 0 ? [] : this.repository.had(scope, { versionIds, nodes });
  }
}

/** Whoever stays in their version gets a message again only by entering the new one. */
function againOf(graph: Graph, had: readonly Had[]): PublishPreview['again'] {
  const { rule, key } = graph.settings.reentry;
  if (rule === 'never' && !key) return [];
  const people = new Map<string, number>();
  for (const { node, people: more } of had) people.set(node, (people.get(node) ?? 0) + more);
  return [...people].map(([node, count]) => ({ node, name: graph.nodes[node]?.name ?? node, people: count }));
}

/** Each version that people are in is compared by itself: an older one may have steps that the present has not. */
function stepsOf({
  graph,
  standing,
  graphs,
  can,
}: {
  graph: Graph;
  standing: Standing[];
  graphs: ReadonlyMap<string, Graph>;
  can: ReadonlyMap<string, CanGo>;
}): Steps {
  const differences = new Map(
    [...graphs].map(([id, before]) => [id, differing(compareGraphs({ before, after: graph }))]),
  );
  const steps = new Map<string, Steps[number]>();
  // Newest versions first: a step is called as it is called last.
  for (const { versionId, version, node, people } of standing) {
    const difference = node === null ? undefined : differences.get(versionId)?.get(node);
    if (!difference) continue;
    const step = steps.get(difference.node) ?? {
      ...difference,
      people: 0,
      versions: [],
      can: can.get(difference.node) ?? { follow: 0, move: 0 },
    };
    step.people += people;
    step.versions.push({ version, people });
    steps.set(difference.node, step);
  }
  return [...steps.values()].sort((a, b) => b.people - a.people);
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

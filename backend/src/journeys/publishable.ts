import { Injectable } from '@nestjs/common';
import { onCard } from '@wend/contract';
import type { Entry, Graph, Issue, Program } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { compileDraft } from './draft-check.js';
import type { CompiledDraft, Surroundings } from './draft-check.js';
import { idsIn, nameIssues } from './graph-names.js';
import type { Present } from './graph-names.js';
import type { LockedJourney } from './journey.repository.js';
import { NodeRegistry } from './node-registry.js';
import { circleIssue, circleOf, circleWarning, segmentIssues, setBy, startIssues, toldBy } from './told.js';
import { SubJourneyRepository } from './sub-journey.repository.js';
import { ToldRepository } from './told.repository.js';
import { VersionRepository } from './version.repository.js';

/** A journey and its draft, to be published. */
type Draft = { id: string; journey: Omit<LockedJourney, 'archived'> & { archived: boolean } };
/** What a draft comes to. `present`: the version that says the same, if that is what is published. */
export type Publishable = CompiledDraft & {
  issues: Issue[];
  present: { id: string; number: number } | null;
};
/** What takes people in from now on. */
type Opened = { id: string; name: string; entries: Entry[]; program: Program; graph: Graph };

/** Whether drafts can be published: what a preview and publishing both refuse. */
@Injectable()
export class PublishableDrafts {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionRepository,
    private readonly told: ToldRepository,
    private readonly registry: NodeRegistry,
    private readonly subJourneys: SubJourneyRepository,
  ) {}

  /** Throws a 409 for what is archived, and a 422 with the issues for what cannot compile. */
  async compile(
    caller: Caller,
    {
      id,
      journey,
      surroundings,
      sql = this.database,
    }: Draft & { surroundings: Surroundings; sql?: Pick<Sql, 'query'> },
  ): Promise<Publishable> {
    if (journey.archived)
      throw new UserError('journey-archived', `"${journey.name}" is archived. Restore it first.`, { status: 409 });
    const number = journey.publishedVersion;
    const previous = await this.versions.programOf(caller, { journeyId: id, number, sql });
    const { draft: graph } = journey;
    const childOf = await this.subJourneys.childrenOf(caller, graph, sql);
    const compiled = compileDraft({ journey: id, graph, registry: this.registry, surroundings, childOf, previous });
    const { programHash, entries } = compiled;
    const version = { journeyId: id, number, graph, programHash, entries };
    const present = await this.versions.sameAs(caller, { version, sql });
    return { ...compiled, present };
  }

  /**
   * Throws a 422 when the graph names a segment or journey that is not there, or what its steps do leads to it again;
   * segments stay until the transaction ends. Gives what may lead to it again, and keeps nobody from publishing.
   */
  async checkNames(
    caller: Caller,
    { id, name, entries, graph, program, sql }: Opened & { sql: Sql },
  ): Promise<Issue[]> {
    const told = toldBy(program);
    const ids = idsIn(graph, entries, told);
    const present: Present = {
      segment: await this.versions.segmentsInUse(caller, { sql, ids: ids.segment }),
      journey: await this.versions.journeysAmong(caller, { sql, ids: ids.journey }),
      topic: await this.versions.topicsAmong(caller, { sql, keys: ids.topic }),
    };
    refuse(
      nameIssues({ graph, entries, told }, present),
      'The journey names a segment, journey or topic that doesn’t exist or is archived. Choose another one.',
    );
    const sets = setBy(program);
    if (told.length + sets.length === 0) return [];
    const segments = told.flatMap(({ kind, settings }) =>
      kind === 'change-segment' ? [String(settings['segment'])] : [],
    );
    const manual = await this.told.manualAmong(caller, { sql, ids: segments });
    const journey = { id, name, entries, told: [...told, ...sets] };
    const open = [journey, ...(await this.told.open(caller, { sql })).filter((other) => other.id !== id)];
    const circle = circleOf(journey, open);
    refuse(
      [...segmentIssues(told, manual), ...startIssues(told, open), ...(circle ? [circleIssue(circle)] : [])],
      'A step of the journey can’t do what it says; see "issues".',
    );
    const followed = open.flatMap((each) =>
      each.entries.flatMap((entry) => (entry.kind === 'segment' ? [entry.segment] : [])),
    );
    const rules = await this.told.rulesAmong(caller, { sql, ids: [...new Set(followed)] });
    const perhaps = rules.size === 0 ? null : circleOf(journey, open, rules);
    return perhaps ? [onCard(circleWarning(perhaps))] : [];
  }
}

function refuse(issues: Issue[], detail: string): void {
  if (issues[0]) throw new UserError(issues[0].code, detail, { status: 422, issues: issues.map(onCard) });
}

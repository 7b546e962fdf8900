import { Injectable } from '@nestjs/common';
import { entryKinds, pathKeys, readDate, refusalWords } from '@wend/contract';
import type { Entry, JsonObject, WhyNotIn } from '@wend/contract';
import { evaluate, valueAt } from '@wend/engine';
import type { Scope } from '../platform/database/index.js';
import { notFound, UserError } from '../platform/errors/index.js';
import { displayName } from '../profiles/index.js';
import { isOfPlaces, isTooOld } from './entry-match.js';
import { WaitingEntries } from './waiting-entries.js';
import type { WaitingEntry } from './waiting-entries.js';
import { WhyRepository } from './why.repository.js';
import type { AskedEvent, AskedJourney, AskedRun, LastEvent } from './why.repository.js';
import { WhySources } from './why-sources.js';
import type { KeptOut } from './why-sources.js';

type Options = { journeyId: string; profileId?: string | undefined; externalId?: string | undefined };
type EntrySeen = WhyNotIn['entries'][number];
type Known = {
  name: string;
  journey: AskedJourney;
  runs: AskedRun[];
  refusals: KeptOut[];
  entries: EntrySeen[];
  coming: boolean;
  waiting: WaitingEntry[];
  traits: JsonObject;
};

/** Says why a person is, or is not, in a journey. */
@Injectable()
export class WhyService {
  constructor(
    private readonly repository: WhyRepository,
    private readonly sources: WhySources,
    private readonly waitingEntries: WaitingEntries,
  ) {}

  async why(scope: Scope, { journeyId, profileId, externalId }: Options): Promise<WhyNotIn> {
    const journey = await this.repository.journey(scope, journeyId);
    if (!journey) throw notFound('journey');
    if ((profileId === undefined) === (externalId === undefined))
      throw new UserError('whom-to-ask-about', 'Say whom to ask about: either profileId or externalId.', {
        status: 400,
        errors: [{ path: 'profileId', message: 'Give either profileId or externalId.' }],
      });
    const profile = await this.repository.profile(scope, { profileId, externalId });
    if (!profile) throw notFound('profile');
    const asked = { journeyId, profileId: profile.id };
    const [runs, recorded, known, coming, waiting, entries] = await Promise.all([
      this.repository.runs(scope, asked),
      this.repository.refusals(scope, asked),
      this.sources.of(scope, asked),
      this.repository.isComing(scope, asked),
      this.waitingEntries.of(scope, asked),
      this.entries(scope, { journey, ...asked }),
    ]);
    const refusals = [...recorded, ...known].sort((a, b) => b.last_at.getTime() - a.last_at.getTime());
    const name = displayName({ traits: profile.traits, externalId: profile.external_id });
    const nameOf = (node: string): string => journey.graph?.nodes[node]?.name ?? node;
    return {
      ...answerOf({ name, journey, runs, refusals, entries, coming, waiting, traits: profile.traits }),
      profile: { id: profile.id, externalId: profile.external_id, name },
      runs: runs.map((run) => ({
        id: run.id,
        entryNode: run.entry_node,
        status: run.status,
        held: run.held,
        enteredAt: run.entered_at.toISOString(),
        endedAt: run.ended_at?.toISOString() ?? null,
        endReason: run.end_reason,
      })),
      refusals: refusals.map(({ reason, node, count, last_at, seen }) => ({
        reason,
        node,
        nodeName: nameOf(node),
        count,
        lastAt: last_at.toISOString(),
        words: refusalWords({ reason, seen }),
        seen,
      })),
      waiting: waiting.flatMap(({ node, until, words }) =>
        until === null ? [] : [{ node, nodeName: nameOf(node), until: until.toISOString(), words }],
      ),
      entries,
    };
  }

  /** Each way in, with the last thing that the person did, or that happened, about it. */
  private async entries(
    scope: Scope,
    { journey, journeyId, profileId }: { journey: AskedJourney; journeyId: string; profileId: string },
  ): Promise<EntrySeen[]> {
    const { graph } = journey;
    if (!graph || !journey.entries) return [];
    const asked = journey.entries.flatMap((entry) =>
      entryKinds[entry.kind]
        .events(graph.nodes[entry.node]?.config ?? {})
        .map((name) => ({ entry, ...eventOf(entry, name) })),
    );
    const [found, cameFor] = await Promise.all([
      asked.length === 0 ? [] : this.repository.lastEvents(scope, { profileId, asked }),
      this.sources.cameFor(scope, { journeyId, profileId, entries: journey.entries }),
    ]);
    return journey.entries.map((entry) => {
      const words = entryKinds[entry.kind].words(graph.nodes[entry.node]?.config ?? {});
      const event = latest(found.filter(({ place }) => asked[place]?.entry === entry));
      const trace = event && entry.where ? evaluate(entry.where, { property: event.properties }) : null;
      const elsewhere = event && entry.kind === 'place' && !isOfPlaces(entry, event.properties);
      const late = event && 'maxAgeSeconds' in entry && isTooOld(entry, event);
      const came = cameFor.find(({ node }) => node === entry.node);
      return {
        node: entry.node,
        name: graph.nodes[entry.node]?.name ?? entry.node,
        kind: entry.kind,
        words: words ? `${words.before} ${words.name}` : entry.kind,
        seen: came
          ? { at: came.at.toISOString(), fits: came.fits, trace: came.trace, words: came.words }
          : event
            ? { at: event.time.toISOString(), fits: (trace?.result ?? true) && !late && !elsewhere, trace, words: null }
            : null,
      };
    });
  }
}

/** Of all segments one event tells: which it is, is among its properties. */
function eventOf(entry: Entry, name: string): AskedEvent {
  return { name, properties: entry.kind === 'segment' ? { segmentId: entry.segment } : {} };
}

function latest(events: readonly LastEvent[]): LastEvent | null {
  return events.reduce<LastEvent | null>((last, each) => (last && last.time >= each.time ? last : each), null);
}

/** What to answer, in one sentence or two. */
function answerOf({
  name,
  journey,
  runs,
  refusals,
  entries,
  coming,
  waiting,
  traits,
}: Known): Pick<WhyNotIn, 'verdict' | 'answer'> {
  const inside = runs.find((run) => run.ended_at === null);
  if (inside)
    return inside.held || journey.state === 'paused'
      ? {
          verdict: 'held',
          answer: `${name} entered on ${day(inside.entered_at)}. The journey is paused, so the run goes on when it’s resumed.`,
        }
      : { verdict: 'in', answer: `${name} is in this journey, since ${day(inside.entered_at)}.` };
  if (coming) return { verdict: 'coming', answer: `${name} is on the list of people who are being let in right now.` };
  const open = waiting.find(({ until }) => until !== null);
  if (open?.until)
    return { verdict: 'waiting', answer: `${name} is waiting until ${day(open.until)}: they ${open.words}.` };
  const [last] = runs;
  const [refused] = refusals;
  if (refused && (!last || refused.last_at > last.entered_at))
    return {
      verdict: 'refused',
      answer: `${name} was kept out on ${day(refused.last_at)}: ${refusalWords(refused)}.${last ? ` An earlier run ended on ${day(last.ended_at!)}.` : ''}`,
    };
  if (last)
    return {
      verdict: 'was',
      answer: `${name} was in this journey from ${day(last.entered_at)} to ${day(last.ended_at!)}. ${last.end_reason ?? 'The run reached the end'}.`,
    };
  if (journey.state === null || journey.state === 'stopped')
    return {
      verdict: 'not-open',
      answer: `Nobody can enter: this journey ${journey.state === null ? 'isn’t published yet' : 'was stopped'}.`,
    };
  const [ended] = waiting;
  if (ended) return { verdict: 'never-came', answer: `${name} ${ended.words}, so they don’t enter.` };
  return { verdict: 'never-came', answer: neverCame({ name, entries, journey, traits }) };
}

function neverCame({ name, entries, journey, traits }: Pick<Known, 'name' | 'entries' | 'journey' | 'traits'>): string {
  const came = entries.flatMap(({ seen }) => (seen?.words ? [seen] : []));
  const [latest] = came.sort((a, b) => (a.at < b.at ? 1 : -1));
  const seen = entries.find((entry) => entry.seen !== null && entry.seen.words === null && !entry.seen.fits);
  if (latest?.words && !(seen?.seen && seen.seen.at > latest.at))
    return `${name} isn’t in this journey. ${latest.words}`;
  if (seen?.seen)
    return `${name} came close on ${day(new Date(seen.seen.at))}, ${seen.words}, but that didn’t match the entry’s filter or came too late.`;
  const before = entries.find((entry) => entry.seen !== null);
  if (before?.seen)
    return `${name} last came ${before.words} on ${day(new Date(before.seen.at))}, before the journey let people in by it.`;
  const wrong = (journey.entries ?? []).flatMap((entry) => noDate({ entry, traits }) ?? []);
  if (wrong.length > 0) return `${name} can’t come in by date: ${wrong.join('; ')}.`;
  const ways = entries.map(({ words }) => words).join('; ');
  return `${name} never came: ${neverWords(journey)}. People enter ${ways}.`;
}

/** What is said of who never came, by the kinds of the entries: each once. */
function neverWords({ entries, graph }: AskedJourney): string {
  const said = (entries ?? []).map(
    ({ node, kind }) => entryKinds[kind].never?.(graph?.nodes[node]?.config ?? {}) ?? 'nothing they did lets people in',
  );
  return [...new Set(said)].join(', and ') || 'nothing they did lets people in';
}

/** What is in the way of an entry by date: a trait that is there, and is no date. Of several values one is enough. */
function noDate({ entry, traits }: { entry: Entry; traits: JsonObject }): string | null {
  if (entry.kind !== 'date') return null;
  const value = valueAt(traits, entry.trait) ?? null;
  if (value === null || [value].flat().some((each) => readDate(each) !== null)) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `“${pathKeys(entry.trait).join('.')}” is no date: “${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

function day(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import type { Channel, ConsentState, PreferencePage, PreferencesSaved } from '@wend/contract';
import { TrackingLinks } from '../content/index.js';
import type { TrackedMessage } from '../content/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { channelNames } from './channel-words.js';
import type { Evidence, Standing } from './consent.js';
import { ConsentService } from './consent.service.js';
import type { MessageOwner } from './consent.repository.js';
import { PreferenceRepository } from './preference.repository.js';
import { textsOf } from './topic-texts.js';
import { TopicRepository } from './topic.repository.js';
import type { TopicRow } from './topic.repository.js';

/** Who came by a signed link: by that of a message, or of their own. */
export type Visitor = {
  scope: Scope;
  profileId: string;
  message: MessageOwner | null;
  workspace: string;
  /** Of the person, else of the workspace. */
  language: string;
  /** Where the person lives, else where the workspace is (IANA). */
  zone: string;
  page: PreferencePage;
};

export type TopicChoice = {
  key: string;
  name: string;
  description: string;
  channels: { channel: Channel; state: ConsentState }[];
};
/** What somebody can choose from, and what holds. Nothing of it says who they are. */
export type Choices = {
  channels: { channel: Channel; label: string; state: ConsentState }[];
  topics: TopicChoice[];
  pausedUntil: Date | null;
};
/** What somebody chooses; `topic` null: all that is sent on the channel. */
export type Choice = { channel: Channel; topic: string | null; wants: boolean; shown?: string | undefined };

/** From where, and in which words the button was seen that somebody pressed. */
type Seen = { ip?: string | undefined; shown?: string | undefined };

const pauseDays = 30;

/** What people choose on the hosted page, or on one of a workspace's own that asks here. */
@Injectable()
export class PreferencesService {
  constructor(
    private readonly links: TrackingLinks,
    private readonly consents: ConsentService,
    private readonly topics: TopicRepository,
    private readonly repository: PreferenceRepository,
  ) {}

  /** Null for a link that was not made here, or whose message or person is gone. */
  async visitor(token: string): Promise<Visitor | null> {
    const ofPerson = this.links.readPersonPreferences(token);
    if (ofPerson) return this.visitorOf(ofPerson, { profileId: ofPerson.profileId, message: null });
    return this.receiver(this.links.readPreferences(token));
  }

  /** Whoever a message went to, as a visitor of a page. */
  async receiver(sent: TrackedMessage | null): Promise<Visitor | null> {
    const scope = sent && { workspaceId: sent.workspaceId };
    const message = scope && (await this.consents.ownerOf(scope, sent.messageId));
    return message && this.visitorOf(scope, { profileId: message.profile_id, message });
  }

  /** A link (HTML) to where somebody chooses, for a message of theirs or for themselves. */
  choosing({ scope, message, profileId }: Visitor, { language, says }: { language: string; says: string }): string {
    const address = message
      ? this.links.preferencesUrl({ ...scope, messageId: message.id })
      : this.links.preferencesAddress(this.links.personPreferencesToken({ ...scope, profileId }));
    return `<p><a href="${escapeHtml(`${address}?lang=${language}`)}">${escapeHtml(says)}</a></p>`;
  }

  private async visitorOf(
    scope: Scope,
    { profileId, message }: { profileId: string; message: MessageOwner | null },
  ): Promise<Visitor | null> {
    const [owner, page] = await Promise.all([this.repository.owner(scope, profileId), this.repository.page(scope)]);
    if (!owner) return null;
    const language = owner.locale ?? owner.language;
    return {
      scope: { workspaceId: scope.workspaceId },
      profileId: owner.profile_id,
      message,
      workspace: owner.workspace,
      language,
      zone: timeZoneOf(owner.traits) ?? owner.zone,
      page,
    };
  }

  /** The topics that are offered, on their channels, in a language; and each channel that is spoken of. */
  async choices({ scope, profileId, message }: Visitor, language: string): Promise<Choices> {
    const [standing, rows] = await Promise.all([this.consents.standing(scope, profileId), this.topics.list(scope)]);
    const known = personChannels();
    const topics = rows
      .filter(({ archived_at: archivedAt }) => archivedAt === null)
      .map((row) => ({ ...textsOf(row, language), key: row.key, channels: choicesOf(row, { standing, known }) }));
    const spoken = new Set([
      ...topics.flatMap(({ channels }) => channels.map(({ channel }) => channel)),
      ...(message ? [message.channel] : []),
      ...standing.said.filter(({ topic }) => topic === '').map(({ channel }) => channel),
    ]);
    const channels = known.filter((channel) => spoken.size === 0 || spoken.has(channel));
    return {
      channels: channels.map((channel) => ({
        channel,
        label: channelNames(channel, language).channel,
        state: stateOf(standing, { channel, topic: '', starts: 'subscribed' }),
      })),
      topics,
      pausedUntil: standing.pausedUntil && standing.pausedUntil.getTime() > Date.now() ? standing.pausedUntil : null,
    };
  }

  /**
   * Writes down what is different from what holds. Topics and channels that are not there are left out: the page may have
   * been opened before they were taken away. Returns what changed. Nothing of a test run's message does anything.
   */
  async save(
    visitor: Visitor,
    { choices, ...given }: { choices: readonly Choice[]; ip?: string | undefined },
  ): Promise<PreferencesSaved['changed']> {
    const { scope } = visitor;
    if (visitor.message?.origin === 'test') return [];
    const topics = await this.topics.list(scope);
    const known = personChannels();
    const asked = new Map(
      choices
        .filter(
          ({ channel, topic }) =>
            known.includes(channel) && (topic === null || topics.some(({ key }) => key === topic)),
        )
        .map((choice) => [`${choice.channel} ${choice.topic ?? ''}`, choice]),
    );
    return this.consents.transaction(async (sql) => {
      const standing = await this.consents.standing(scope, visitor.profileId, sql);
      const changed: PreferencesSaved['changed'] = [];
      for (const [, { channel, topic, wants, shown }] of [...asked].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const starts = topic === null ? 'subscribed' : topics.find(({ key }) => key === topic)!.starts;
        const before = stateOf(standing, { channel, topic: topic ?? '', starts });
        // Whoever has not confirmed is not subscribed: a box that stays empty says nothing new.
        if ((before === 'subscribed') === wants) continue;
        const state = wants ? 'subscribed' : 'unsubscribed';
        if (before === state) continue;
        await this.say(visitor, { sql, channel, topic, state, evidence: { source: 'preferences', shown, ...given } });
        changed.push({ channel, topic, state });
      }
      return changed;
    });
  }

  /** Nothing of marketing any more, on any channel there is: topics stay as they are, for those who come back. */
  leaveAll(visitor: Visitor, { ip, shown }: Seen): Promise<PreferencesSaved['changed']> {
    const choices = personChannels().map((channel) => ({ channel, topic: null, wants: false, shown }));
    return this.save(visitor, { choices, ip });
  }

  /** For 30 days from now; or ends it. When it ends, null when there is none. */
  async pause(visitor: Visitor, { pause, ...seen }: { pause: boolean } & Seen): Promise<Date | null> {
    const until = pause ? new Date(Date.now() + pauseDays * 86_400_000) : null;
    if (visitor.message?.origin === 'test') return until;
    const evidence: Evidence = {
      source: 'preferences',
      ...seen,
      ...(visitor.message && { messageId: visitor.message.id }),
    };
    await this.consents.transaction((sql) =>
      this.consents.pause(visitor.scope, { sql, profileId: visitor.profileId, until, evidence }),
    );
    return until;
  }

  /** One statement of whoever came by the link. */
  async say(
    visitor: Visitor,
    {
      sql,
      channel,
      topic,
      state,
      evidence,
    }: { sql: Sql; channel: Channel; topic: string | null; state: ConsentState; evidence: Evidence },
  ): Promise<void> {
    const { scope, message, profileId } = visitor;
    const statement = { channel, topic: topic ?? '', state };
    if (message) await this.consents.ofMessage(scope, { sql, message, statement, evidence });
    else await this.consents.state(scope, { sql, profileId, statement, evidence });
  }
}

function choicesOf(
  { key, channels, starts }: TopicRow,
  { standing, known }: { standing: Standing; known: readonly Channel[] },
): TopicChoice['channels'] {
  return channels
    .filter((channel) => known.includes(channel))
    .map((channel) => ({ channel, state: stateOf(standing, { channel, topic: key, starts }) }));
}

function stateOf(
  { said }: Standing,
  { channel, topic, starts }: { channel: Channel; topic: string; starts: ConsentState },
): ConsentState {
  return said.find((each) => each.channel === channel && each.topic === topic)?.state ?? starts;
}

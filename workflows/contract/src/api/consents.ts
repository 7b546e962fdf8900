import { z } from 'zod';
import { channel, topicKey } from '../rule.js';
import { mostTopics } from '../topic-key.js';
import { consentEndpoints } from './endpoints.js';
import { consentChanges, consentSources, consentStates } from './statuses.js';
import { id, idParams, isoTime, noContent, page, pageQuery, route } from './route.js';

export type { ConsentSource, ConsentState } from './statuses.js';

const state = z.enum(consentStates);
const name = z.string().trim().min(1).max(100);
const description = z.string().trim().max(500);
/** By language, such as `ko` or `pt-BR`: what people read in it instead. */
const texts = z
  .record(
    z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag, such as en or pt-BR'),
    z.object({ name, description: description.default('') }),
  )
  .refine((given) => Object.keys(given).length <= 50, 'can have at most 50 languages');
const channels = z.array(channel).min(1, 'needs at least one channel').max(40);

/** What a topic starts with: `subscribed` for everybody who has said nothing of it, or nobody. */
export const topicStart = z.enum(['subscribed', 'unsubscribed']);

export const topic = z.object({
  /** What steps, rules and files call it; it never changes. */
  key: topicKey,
  name,
  description,
  channels: z.array(channel),
  /** For people who have said nothing of it. */
  starts: topicStart,
  texts,
  archivedAt: isoTime.nullable(),
  createdAt: isoTime,
});
export type Topic = z.infer<typeof topic>;

/**
 * Where a topic is used: what keeps it from being deleted. Of limits, quiet hours, the holdout and mapped traits the workspace's id
 * stands for theirs.
 */
export const topicUse = z.object({
  kind: z.enum(['journey', 'segment', 'connection', 'trait', 'limits', 'journeyLimits', 'quiet', 'holdout']),
  id,
  /** Of what uses it; of a trait its own. */
  name: z.string(),
  /** Names of the steps of a journey. */
  places: z.array(z.string()),
});
export type TopicUse = z.infer<typeof topicUse>;

/** The hosted page on which people choose what they get. */
export const preferencePage = z.object({
  /** An https address. */
  logo: z
    .url({ protocol: /^https$/, error: 'must be an address that begins with https://' })
    .max(2_000)
    .nullable(),
  /** Of buttons and boxes: `#1f6f54`. */
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a color such as #1f6f54')
    .nullable(),
  /** What it says instead, by language. */
  texts: z
    .record(
      z.string().regex(/^[a-z]{2,3}$/, 'must be a language such as en'),
      z.object({ title: name, intro: z.string().trim().min(1).max(1_000) }),
    )
    .refine((given) => Object.keys(given).length <= 50, 'can have at most 50 languages'),
});
export type PreferencePage = z.infer<typeof preferencePage>;

/** A trait by which people say what they want: a yes subscribes to the channel, or the topic on it; a no unsubscribes. */
export const consentTrait = z.object({
  trait: z.string().trim().min(1).max(200),
  channel,
  topic: topicKey.nullable().default(null),
});
export type ConsentTrait = z.infer<typeof consentTrait>;

/** What somebody can choose, for whoever has their signed link. It says nothing of who they are. */
export const preferences = z.object({
  workspace: z.string(),
  /** Of the texts. */
  language: z.string(),
  channels: z.array(z.object({ channel, label: z.string(), state })),
  topics: z.array(
    z.object({
      topic: topicKey,
      name: z.string(),
      description: z.string(),
      channels: z.array(z.object({ channel, label: z.string(), state })),
    }),
  ),
  pausedUntil: isoTime.nullable(),
});
export type Preferences = z.infer<typeof preferences>;

/** What somebody chooses. `topic` null: all that is sent on the channel. */
export const preferencesChange = z.object({
  consents: z
    .array(z.object({ channel, topic: topicKey.nullable().default(null), wants: z.boolean() }))
    .max(500)
    .default([]),
  /** Nothing of marketing any more, on any channel. */
  none: z.boolean().default(false),
  /** True pauses everything for 30 days, false ends a pause. */
  pause: z.boolean().optional(),
});
export type PreferencesChange = z.infer<typeof preferencesChange>;

export const preferencesSaved = preferences.extend({
  changed: z.array(z.object({ channel, topic: topicKey.nullable(), state })),
});
export type PreferencesSaved = z.infer<typeof preferencesSaved>;

const keyParams = z.object({ key: topicKey });

/** What somebody said of a channel, or of a topic on it. */
export const consentSaid = z.object({
  channel,
  /** Null: of all that is sent on the channel. */
  topic: topicKey.nullable(),
  state,
  at: isoTime,
  /** Null for what was said before it was written down. */
  source: z.enum(consentSources).nullable(),
  /** Not even transactional messages are wanted: as who writes STOP. */
  everything: z.boolean(),
});
export type ConsentSaid = z.infer<typeof consentSaid>;

export const personConsents = z.object({
  said: z.array(consentSaid),
  /** Of every topic that is not archived, on each of its channels: what holds. */
  topics: z.array(z.object({ topic: topicKey, channel, state })),
  /** Nothing of marketing is sent until then. */
  pausedUntil: isoTime.nullable(),
});
export type PersonConsents = z.infer<typeof personConsents>;

/** One change, or a statement that confirmed what held; only ever added. */
export const consentChange = z.object({
  /** Null for a pause. */
  channel: channel.nullable(),
  topic: topicKey.nullable(),
  state: z.enum(consentChanges),
  /** What had been said before; null where nothing was. */
  was: state.nullable(),
  pausedUntil: isoTime.nullable(),
  source: z.enum(consentSources),
  /** The member or API key. */
  actor: z.string().nullable(),
  ip: z.string().nullable(),
  /** The words that the person saw. */
  text: z.string().nullable(),
  messageId: id.nullable(),
  /** When it was said, and when Wend heard of it. */
  at: isoTime,
  recordedAt: isoTime,
});
export type ConsentChange = z.infer<typeof consentChange>;

const evidence = {
  /** The words that the person agreed to or saw. */
  text: z.string().trim().min(1).max(4_000).optional(),
  /** The address that they said it from. */
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
};

export const consentsApi = {
  topics: route({
    ...consentEndpoints.topics,
    summary: 'What people can subscribe to, in the order in which they are shown it',
    query: z.object({ archived: z.enum(['true', 'false']).default('false') }),
    response: z.object({ items: z.array(topic) }),
  }),
  createTopic: route({
    ...consentEndpoints.createTopic,
    summary: `Add a topic; a workspace has at most ${mostTopics}`,
    body: z.object({
      key: topicKey,
      name,
      description: description.default(''),
      channels,
      starts: topicStart,
      texts: texts.default({}),
    }),
    response: topic,
  }),
  orderTopics: route({
    ...consentEndpoints.orderTopics,
    summary: 'Put topics in another order; those that are left out come after',
    body: z.object({ keys: z.array(topicKey).min(1).max(mostTopics) }),
    response: z.object({ items: z.array(topic) }),
  }),
  topic: route({
    ...consentEndpoints.topic,
    summary: 'One topic, with where it is used and how many people have said something of it',
    params: keyParams,
    response: topic.extend({
      uses: z.array(topicUse),
      /** By channel; counted to 10,000. */
      people: z.array(z.object({ channel, state, count: z.number().int() })),
    }),
  }),
  editTopic: route({
    ...consentEndpoints.editTopic,
    summary: 'Change how a topic is called, and where it is sent; its key and what it starts with stay',
    params: keyParams,
    body: z.object({
      name: name.optional(),
      description: description.optional(),
      channels: channels.optional(),
      texts: texts.optional(),
    }),
    response: topic,
  }),
  archiveTopic: route({
    ...consentEndpoints.archiveTopic,
    status: 200,
    summary: 'Offer a topic no longer; what people said of it is kept, and holds',
    params: keyParams,
    response: topic,
  }),
  restoreTopic: route({
    ...consentEndpoints.restoreTopic,
    status: 200,
    summary: 'Offer an archived topic again',
    params: keyParams,
    response: topic,
  }),
  removeTopic: route({
    ...consentEndpoints.removeTopic,
    summary: 'Delete a topic that nothing uses and nobody has said anything of; else 409',
    params: keyParams,
    response: noContent,
  }),
  preferencePage: route({
    ...consentEndpoints.preferencePage,
    summary: 'How the hosted page looks on which people choose what they get',
    response: preferencePage,
  }),
  savePreferencePage: route({
    ...consentEndpoints.savePreferencePage,
    summary: 'Change how that page looks and what it says',
    body: preferencePage,
    response: preferencePage,
  }),
  consentTraits: route({
    ...consentEndpoints.consentTraits,
    summary: 'Traits by which people say what they want',
    response: z.object({ items: z.array(consentTrait) }),
  }),
  saveConsentTraits: route({
    ...consentEndpoints.saveConsentTraits,
    summary: 'Change which traits say what people want, from now on',
    body: z.object({ items: z.array(consentTrait).max(50) }),
    response: z.object({ items: z.array(consentTrait) }),
  }),
  preferencesLink: route({
    ...consentEndpoints.preferencesLink,
    status: 200,
    summary: 'The signed address of a person’s page to choose what they get: whoever has it can choose for them',
    params: idParams,
    response: z.object({ url: z.string(), token: z.string() }),
  }),
  profileConsents: route({
    ...consentEndpoints.profileConsents,
    summary: 'What a person wants to get',
    params: idParams,
    response: personConsents,
  }),
  stateConsents: route({
    ...consentEndpoints.stateConsents,
    summary: 'Write down what a person says of channels and topics, all of it or nothing',
    params: idParams,
    body: z.object({
      consents: z
        .array(z.object({ channel, topic: topicKey.nullable().default(null), state }))
        .min(1)
        .max(200),
      ...evidence,
      /** When they said it; now when left out. What was said later stays. */
      at: isoTime.optional(),
    }),
    response: personConsents.extend({
      /** What stayed, because something was said of it later. */
      late: z.array(z.object({ channel, topic: topicKey.nullable(), knownAt: isoTime })),
    }),
  }),
  consentHistory: route({
    ...consentEndpoints.consentHistory,
    summary: 'Every change of what a person wants, the latest first',
    params: idParams,
    query: pageQuery.omit({ search: true }),
    response: page(consentChange),
  }),
  pauseProfile: route({
    ...consentEndpoints.pauseProfile,
    summary: 'Send a person nothing of marketing until then; null ends the pause',
    params: idParams,
    body: z.object({ until: isoTime.nullable(), ...evidence }),
    response: personConsents,
  }),
} as const;

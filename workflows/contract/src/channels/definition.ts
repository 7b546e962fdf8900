/** Lower-case letters, digits and dashes: stored with every message for ever. */
export const channelName = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * What a channel reaches a person by. A text among the traits (`trait`), or one of the person's devices of these kinds;
 * with neither, the channel's own code knows.
 */
export type ChannelAddress = {
  /** What a person who cannot be reached lacks, after “no”: `valid email address`. */
  noun: string;
  trait?: string | undefined;
  devices?: readonly string[] | undefined;
  /** Members have one, too: they sign in with it. So a test goes to oneself. */
  ofMembers?: boolean | undefined;
};

/** A field of a message as it was rendered, in the order in which a plain preview shows them. */
export type ContentField = {
  name: string;
  label: string;
  /** Searching messages looks here. */
  searched?: boolean | undefined;
};

/**
 * What all sides know of a channel, as data, so that it can travel to a browser that was built without it. What
 * composes its messages lies in the backend, or in the package that brings the channel.
 */
export type ChannelDefinition = {
  name: string;
  /** As a title: `Email`. */
  label: string;
  /** Within a sentence: `reachable by email`. */
  words: string;
  /** Its messages: `emails`. */
  plural: string;
  /** Its label on pages that people see in other languages, where it differs: `{ ko: '이메일' }`. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Name of a Lucide icon. */
  icon: string;
  /** Null where a program gets the messages: nobody is out of reach, leaves, or reads them. */
  address: ChannelAddress | null;
  /** What is heard of a message once it is sent. */
  states: readonly ('delivered' | 'opened' | 'clicked')[];
  content: readonly ContentField[];
  /**
   * The line that stands for a message in lists, of fields of its content: `{text:80}` is cut at 80 characters,
   * `{url.host}` is the host of an address. Empty where a field is.
   */
  title: string;
  /**
   * Its messages come from a domain of one's own: what the domain's records have to say is checked, and what bounces comes
   * back to a mailbox there.
   */
  ownDomain?: boolean | undefined;
  /**
   * How people are told to get no more of its marketing, where only what a message says can tell: a `text` to a phone
   * number, a message in the app of a network (`messenger`), or a `notification` of an app or site. Left out: Wend adds it
   * to each message (a mail's link and header), or the network does.
   */
  wayOut?: 'text' | 'messenger' | 'notification' | undefined;
  /**
   * The field that people read first, where the law of a country can want a mark at its beginning. Left out: there is none,
   * or the network shows the mark by itself.
   */
  opening?: string | undefined;
  /** When its provider takes no messages but transactional ones: they wait until it is over. Times are HH:MM. */
  night?: { from: string; to: string; zone: string } | undefined;
  /**
   * What a member can do in the receiver's place with a message that the sandbox keeps. A click: wherever (`anywhere`),
   * only where the text has a link (`link`), within the message itself (`inside`), or nowhere.
   */
  receiver: { opens: boolean; clicks: 'anywhere' | 'link' | 'inside' | 'never' };
};

const place = /\{(\w+)(\.host)?(?::(\d+))?\}/g;

/** The names of the fields that a title is made of. */
export function titleFields({ title }: Pick<ChannelDefinition, 'title'>): string[] {
  return [...title.matchAll(place)].map(([, field = '']) => field);
}

/** The line that stands for a message; null when its content has nothing to say there. */
export function titleOf(
  { title }: Pick<ChannelDefinition, 'title'>,
  content: Record<string, unknown> | null,
): string | null {
  let missing = content === null;
  const line = title.replace(place, (_, field: string, host: string | undefined, length: string | undefined) => {
    const value = content?.[field];
    const text = typeof value === 'string' ? (host ? hostOf(value) : value) : '';
    missing ||= text === '';
    const most = Number(length ?? Number.POSITIVE_INFINITY);
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  });
  return missing ? null : line;
}

function hostOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(address)?.[1] ?? address;
}

import { Injectable } from '@nestjs/common';
import { channelOf, ownQuietHours, quietAt, quietChoiceOf, quietUntil, quietWords } from '@wend/contract';
import type { ConsentState, JsonObject, MessageClass, QuietHours, QuietSettings, Ruling } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { RuleSettings } from './rule-settings.service.js';

/** A message that would go out now. `config`: the settings of its step; `zone`: where the person lives (IANA). */
export type QuietMessage = {
  channel: string;
  messageClass: MessageClass;
  origin: 'live' | 'demo' | 'test';
  config: JsonObject;
  traits: JsonObject;
  /** What the person said of topics on this channel. */
  said: readonly { topic: string; state: ConsentState }[];
  zone: string;
};
type JudgedMessage = Pick<QuietMessage, 'channel' | 'config' | 'traits' | 'said' | 'zone'>;
/** Not now, and why. `allowedAt`: ms since 1970. */
export type QuietVerdict = { allowedAt: number; ruling: Ruling };

/**
 * Quiet hours that hold for a message, and by whose clocks. `says`: the sentence about what of them is in force; `what`:
 * whose they are, as they are counted.
 */
type Holding = { hours: QuietHours; zone: string; what: string; says: (when: string) => string };

const everyDay = [1, 2, 3, 4, 5, 6, 7];

/** When messages are not sent, by the clocks of those who would get them. */
@Injectable()
export class QuietService {
  constructor(private readonly settings: RuleSettings) {}

  /** Null when the message may go out now. */
  async judge(scope: Scope, message: QuietMessage, now = Date.now()): Promise<QuietVerdict | null> {
    if (message.origin !== 'live' || message.messageClass === 'transactional') return null;
    const { quiet } = await this.settings.of(scope);
    return judgeQuiet(quiet, message, now);
  }
}

/** As `judge`, by given settings. */
export function judgeQuiet(settings: QuietSettings, message: JudgedMessage, now: number): QuietVerdict | null {
  const holding = holdingFor(settings, message);
  let allowedAt = now;
  let last: Holding | null = null;
  // The end of one may lie within another.
  for (;;) {
    const ends = holding.flatMap((each) => {
      const at = quietUntil(each.hours, allowedAt, each.zone);
      return at === null ? [] : [{ each, at }];
    });
    const longest = ends.sort((a, b) => b.at - a.at)[0];
    if (!longest || allowedAt - now > longestMs) break;
    last ??= longest.each;
    allowedAt = longest.at;
  }
  if (!last) return null;
  const { hours, zone, what, says } = last;
  const window = quietAt(hours, now, zone) ?? quietWords(hours);
  return {
    allowedAt,
    ruling: {
      rule: 'quiet',
      says: says(`${whenWords(window)} (${zone})`),
      counted: null,
      most: null,
      allowedAt: new Date(allowedAt).toISOString(),
      what,
      window,
      zone,
    },
  };
}

/** Nothing that a workspace can say lasts longer; where two never leave a gap together, a message waits so long. */
const longestMs = 400 * 86_400_000;

function whenWords(window: string): string {
  if (window === 'public holiday') return 'on public holidays';
  return /^\d{4}-/.test(window) ? `on ${window}` : window;
}

function holdingFor(
  { hours, channels }: QuietSettings,
  { channel, config, traits, said, zone }: JudgedMessage,
): Holding[] {
  const definition = channelOf(channel);
  const { night } = definition;
  const network: Holding[] = night
    ? [
        {
          hours: { windows: [{ days: everyDay, from: night.from, to: night.to }] },
          zone: night.zone,
          what: `${definition.label}: hours of its network`,
          says: (when) => `${definition.label} delivers only transactional messages ${when}.`,
        },
      ]
    : [];
  const choice = quietChoiceOf(config);
  if (choice === 'none') return network;
  if (choice === 'other') {
    const own = ownQuietHours(config);
    if (!own) return network;
    const says = (when: string) => `This step sends nothing ${when}: its quiet hours.`;
    return [...network, { hours: own, zone, what: 'Steps with quiet hours of their own', says }];
  }
  const ofChannel = channels.find((each) => each.channel === channel);
  const stated = ofChannel ? ofChannel.hours : hours;
  if (!stated || hasAgreed(stated, { traits, said })) return network;
  const what = ofChannel ? definition.label : 'All channels';
  const but = stated.unless?.kind === 'topic' ? ` without consent to “${stated.unless.topic}”` : '';
  const says = (when: string) =>
    `Quiet hours: no ${ofChannel ? definition.plural : 'messages'} are sent ${when}${but}.`;
  return [...network, { hours: stated, zone, what, says }];
}

/** Only those who said so: to start in a topic is no consent. */
function hasAgreed({ unless }: QuietHours, { traits, said }: Pick<QuietMessage, 'traits' | 'said'>): boolean {
  if (!unless) return false;
  if (unless.kind === 'topic') return said.some(({ topic, state }) => topic === unless.topic && state === 'subscribed');
  const value = traits[unless.trait];
  return value === true || value === 1 || (typeof value === 'string' && /^(true|yes|y|1)$/i.test(value.trim()));
}

import { channelOf } from '@wend/contract';
import type { Ruling } from '@wend/contract';
import type { Bucket } from '../rates/index.js';

type Limited = {
  /** With what it gives now. */
  bucket: Bucket;
  /** What its settings say, per second; null where only its provider has slowed it down. */
  setTo: number | null;
  /** The connection's name. */
  connection: string;
};

/** What is written down of a message that waits because messages go only so fast. Pure. */
export function rateRuling({ bucket: { kind, name, perSecond }, setTo, connection }: Limited): Ruling {
  // Only a connection gives none for a while: its provider asked for that.
  const says = perSecond === null ? 'no messages for now' : `at most ${rateWords(perSecond)}`;
  const slowed = kind === 'connection' && (setTo === null || (perSecond !== null && perSecond < setTo * 0.99));
  const subject = {
    workspace: 'All messages of the workspace go out',
    channel: `All ${channelOf(name).plural} go out`,
    journey: 'The messages of this journey go out',
    connection: `The connection “${connection}” takes`,
  }[kind];
  return {
    rule: 'rates',
    says: `${subject} ${says}${slowed ? ', since its provider asked for fewer' : ''}. This message waits for its turn.`,
    counted: null,
    most: null,
    allowedAt: null,
    what: kind === 'connection' ? `connection ${connection}` : kind,
    ...(perSecond !== null && { perSecond }),
  };
}

/** By the unit in which it is a whole number, or nearly. */
function rateWords(perSecond: number): string {
  if (perSecond >= 1) return `${Number(perSecond.toFixed(1))} a second`;
  const perMinute = perSecond * 60;
  return perMinute >= 1 ? `${Number(perMinute.toFixed(1))} a minute` : `${Number((perMinute * 60).toFixed(1))} an hour`;
}

import { channelOf } from '@wend/contract';
import type { Subject } from './kind.js';

const errorShown = 200;

/** `1,240`. */
export function number(value: number): string {
  return value.toLocaleString('en');
}

/** `12%`, `4.5%`, `0.35%`: as many digits as tell it from its limit. */
export function percent(value: number): string {
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return `${Number(value.toFixed(digits))}%`;
}

/** `15 minutes`, `1 hour`, `2 days`. */
export function minutes(value: number): string {
  const whole = Math.round(value);
  if (whole >= 2_880) return plural(Math.floor(whole / 1_440), 'day');
  if (whole >= 120) return plural(Math.floor(whole / 60), 'hour');
  return plural(whole, 'minute');
}

export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${number(count)} ${count === 1 ? noun : nouns}`;
}

/** `emails`; `messages` where several channels are meant. */
export function messagesOf(channels: readonly string[]): string {
  return channels.length === 1 ? channelOf(channels[0]!).plural : 'messages';
}

/** ` Last error: 550 mailbox unavailable.` with the space before it, or nothing. */
export function lastErrorWords(error: string | null | undefined): string {
  const text = (error ?? '').replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  const short = text.length > errorShown ? `${text.slice(0, errorShown - 1)}…` : text;
  return ` Last error: ${/[.!?…]$/.test(short) ? short : `${short}.`}`;
}

/** The Outbox with the messages of a subject. */
export function outboxPath({ journeyId, connectionId }: Subject, status: string): string {
  const of = journeyId === null ? `connection=${connectionId ?? ''}` : `journey=${journeyId}`;
  return `/outbox?${of}&status=${status}`;
}

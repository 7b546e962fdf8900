import { channelOf } from '@wend/contract/plain';
import type { LiveFigures, MessageOutcome, NodeFigures, NodeManifest } from '@wend/contract';
import { failingWords } from '@/features/messages/failing-words';
import type { Translator } from '@/i18n/translator';
import { formatDuration, formatShare } from '../runs/format';

export type LiveTexts = {
  figures: Translator<'editor-live.figures'>;
  failing: Translator<'messages.failing'>;
};

/** What became of messages that a click on a card asks for. */
export type CardOutcome = Extract<MessageOutcome, 'queued' | 'failed' | 'unknown' | 'suppressed'>;
/** One figure on a card. `door` says which runs a click shows. */
export type CardFigure = {
  text: string;
  strong?: boolean;
  dot?: boolean;
  door?: 'waiting' | 'all' | CardOutcome;
  /** Fell short, but nothing is broken. */
  warn?: boolean;
  /** Something is wrong now; `title` says what. */
  bad?: boolean;
  title?: string;
};
/** A card's line of figures: what stands left and, for places where time passes, what stands right. */
export type CardFigures = { left: CardFigure[]; right: string | null };

type CardFiguresOptions = {
  figures: NodeFigures | undefined;
  manifest: Pick<NodeManifest, 'category' | 'channel' | 'blocks'> | undefined;
};

/**
 * The line of figures of a node, in the words of its kind: `1,284 entered`, `1,251 sent · 61% opened`, `312 waiting` +
 * `median 5 h 12 m`.
 */
export function cardFigures(texts: LiveTexts, { figures, manifest }: CardFiguresOptions): CardFigures {
  if (!figures) return { left: [{ text: texts.figures('nobody') }], right: null };
  const left: CardFigure[] = [];
  if (figures.waiting > 0)
    left.push({ text: texts.figures('waiting', { count: figures.waiting }), strong: true, dot: true, door: 'waiting' });
  const right =
    manifest?.blocks && figures.medianSeconds !== null
      ? texts.figures('median', { span: formatDuration(figures.medianSeconds) })
      : null;
  if (figures.messages) left.push(...messageFigures(texts, { figures, channel: manifest?.channel }));
  // Where people wait, the people are the figure; how many passed stands in the panel.
  else if (left.length === 0)
    left.push({
      text: passedWords(texts, { figures, category: manifest?.category }),
      ...(figures.entered > 0 ? { door: 'all' as const } : {}),
    });
  return { left, right };
}

type PassedWordsOptions = {
  figures: NodeFigures;
  category: NodeManifest['category'] | undefined;
};

function passedWords(texts: LiveTexts, { figures, category }: PassedWordsOptions): string {
  if (figures.entered === 0) return texts.figures('nobody');
  if (category === 'entry') return texts.figures('entered', { count: figures.entered });
  if (category === 'exit') return texts.figures('ended', { count: figures.entered });
  return texts.figures('passed', { count: figures.left > 0 ? figures.left : figures.entered });
}

type MessageFigures = NonNullable<NodeFigures['messages']>;

/** Messages that were kept back, for whatever reason. */
function notSent({ suppressed }: Pick<MessageFigures, 'suppressed'>): number {
  return Object.values(suppressed).reduce((sum, count) => sum + count, 0);
}

/** Of all that were ever queued those that may still go out. */
export function stillQueued(messages: MessageFigures): number {
  return Math.max(0, messages.queued - messages.sent - messages.failed - messages.unknown - notSent(messages));
}

/** Of those that may still go out those that a rule keeps back now. */
export function heldBack({ held }: Pick<MessageFigures, 'held'>): number {
  return Object.values(held).reduce((sum, count) => sum + count, 0);
}

/** What rules did to the messages of all steps of a journey: `held` back now, and `suppressed` by reason. */
export function ruleTotals(live: Pick<LiveFigures, 'nodes'>): {
  held: [string, number][];
  suppressed: [string, number][];
} {
  const of = (kind: 'held' | 'suppressed'): [string, number][] => {
    const totals = new Map<string, number>();
    for (const { messages } of Object.values(live.nodes))
      for (const [name, count] of Object.entries(messages?.[kind] ?? {}))
        totals.set(name, (totals.get(name) ?? 0) + count);
    return [...totals].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  };
  return { held: of('held'), suppressed: of('suppressed').filter(([reason]) => ruleReasons.has(reason)) };
}

/** Reasons that are rules of the workspace or the journey, and no matter of one message. */
const ruleReasons = new Set(['capped', 'quiet', 'holdout', 'expired']);

function canBeOpened(channel: NodeManifest['channel']): boolean {
  return channel !== undefined && channelOf(channel).states.includes('opened');
}

type MessageFiguresOptions = {
  figures: NodeFigures;
  channel: NodeManifest['channel'];
};

function messageFigures(texts: LiveTexts, { figures, channel }: MessageFiguresOptions): CardFigure[] {
  const { messages } = figures;
  if (!messages) return [];
  const found: CardFigure[] = [];
  const [queued, held] = [stillQueued(messages), notSent(messages)];
  if (messages.sent > 0) found.push({ text: texts.figures('sent', { count: messages.sent }), door: 'all' });
  // A card has room for three: what went wrong comes before how many opened it.
  const waits = messages.sent > 0 ? heldBack(messages) : 0;
  const wrong = Number(held > 0) + Number(messages.failed + messages.unknown > 0);
  const crowded = wrong + Number(waits > 0) > 1;
  if (messages.sent > 0 && !crowded && (canBeOpened(channel) || messages.opened > 0))
    found.push({ text: texts.figures('opened', { share: formatShare(messages.opened / messages.sent) }) });
  if (waits > 0 && wrong < 2) found.push({ text: texts.figures('held', { count: waits }), door: 'queued', warn: true });
  // Worth saying only while nothing is sent.
  if (messages.sent === 0 && queued > 0)
    found.push({ text: texts.figures('queued', { count: queued }), door: 'queued' });
  if (messages.failed > 0)
    found.push({
      text: texts.figures('failed', { count: messages.failed }),
      door: 'failed',
      ...(messages.failing > 0 && { bad: true, title: failingWords(texts.failing, messages.failing) }),
    });
  else if (messages.unknown > 0)
    found.push({
      text: texts.figures('unknown', { count: messages.unknown }),
      door: 'unknown',
      ...(messages.failing > 0 && { bad: true, title: failingWords(texts.failing, messages.failing) }),
    });
  if (held > 0) found.push({ text: texts.figures('notSent', { count: held }), door: 'suppressed', warn: true });
  if (found.length > 0) return found;
  return [
    { text: figures.entered > 0 ? texts.figures('passed', { count: figures.entered }) : texts.figures('nobody') },
  ];
}

/**
 * What follows the label of the way that people take when their message was queued: how many were sent, while that is
 * not all of them.
 */
export function sentOfQueued({ figures: t }: LiveTexts, figures: NodeFigures | undefined): string | undefined {
  const messages = figures?.messages;
  return messages && messages.queued > 0 && messages.sent < messages.queued
    ? t('of', { count: messages.sent, total: messages.queued })
    : undefined;
}

/** The share of each port among those who left the node, from 0 to 1. Empty when nobody left. */
export function portShares(figures: NodeFigures | undefined): Record<string, number> {
  const ports = Object.entries(figures?.ports ?? {}).filter(([, count]) => count > 0);
  const total = ports.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(ports.map(([port, count]) => [port, count / total]));
}

/** How many left by these ports. */
export function flowOver({ figures, ports }: { figures: NodeFigures | undefined; ports: string[] }): number {
  return ports.reduce((sum, port) => sum + (figures?.ports[port] ?? 0), 0);
}

type ShareOverOptions = {
  figures: NodeFigures | undefined;
  ports: string[];
};

/** The share of those who left the node by these ports; undefined when nobody did. */
export function shareOver({ figures, ports }: ShareOverOptions): number | undefined {
  const shares = portShares(figures);
  const taken = ports.flatMap((port) => shares[port] ?? []);
  return taken.length === 0 ? undefined : taken.reduce((sum, share) => sum + share, 0);
}

/** `After 1 day · 44%`; without anybody the label stays as it is. A single way out needs no share. */
export function shareLabel({ label, share, ways }: { label: string; share: number | undefined; ways: number }): string {
  return share === undefined || (ways < 2 && share === 1) ? label : `${label} · ${formatShare(share)}`;
}

export const thinnestEdge = 1.5;
export const thickestEdge = 7;

/**
 * Width of an edge in px: grows with the root of its flow, so that a tenth of the people is still seen beside all of
 * them.
 */
export function edgeWidth({ flow, largest }: { flow: number; largest: number }): number {
  if (flow <= 0 || largest <= 0) return thinnestEdge;
  return thinnestEdge + (thickestEdge - thinnestEdge) * Math.sqrt(Math.min(1, flow / largest));
}

/** The busiest edge of the journey: what widths are measured by. */
export function largestFlow(live: Pick<LiveFigures, 'nodes'>): number {
  return Math.max(0, ...Object.values(live.nodes).flatMap((node) => Object.values(node.ports)));
}

/**
 * Passages newer than `since`, counted per `node:port`, and the newest time: what moves on the canvas after this
 * answer.
 */
export function newPassages({ recent, since }: { recent: LiveFigures['recent']; since: number }): {
  counts: Map<string, number>;
  newest: number;
} {
  const counts = new Map<string, number>();
  let newest = since;
  for (const passage of recent) {
    const at = Date.parse(passage.at);
    if (at <= since) continue;
    newest = Math.max(newest, at);
    const key = passageKey(passage);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { counts, newest };
}

export function passageKey({ node, port }: { node: string; port: string }): string {
  return `${node}:${port}`;
}

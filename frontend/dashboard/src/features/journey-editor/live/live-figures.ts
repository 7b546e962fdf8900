import type { LiveFigures, NodeFigures, NodeManifest } from '@wend/contract';
import { formatCount, formatDuration, formatShare } from '../runs/format';

/** One figure on a card. `door` says which runs a click shows. */
export type CardFigure = { text: string; strong?: boolean; dot?: boolean; door?: 'waiting' | 'all' };
/** A card's line of figures: what stands left and, for places where time passes, what stands right. */
export type CardFigures = { left: CardFigure[]; right: string | null };

/** The line of figures of a node, in the words of its kind: `1,284 entered`, `1,251 sent · 61 % opened`, `312 waiting` + `median 5 h 12 m`. */
export function cardFigures({ figures, manifest }: { figures: NodeFigures | undefined; manifest: Pick<NodeManifest, 'category' | 'channel' | 'blocks'> | undefined }): CardFigures {
  if (!figures) return { left: [{ text: 'Nobody yet' }], right: null };
  const left: CardFigure[] = [];
  if (figures.waiting > 0) left.push({ text: `${formatCount(figures.waiting)} waiting`, strong: true, dot: true, door: 'waiting' });
  const right = manifest?.blocks && figures.medianSeconds !== null ? `median ${formatDuration(figures.medianSeconds)}` : null;
  if (figures.messages) left.push(...messageFigures({ figures, channel: manifest?.channel }));
  // Where people wait, the people are the figure; how many passed stands in the panel.
  else if (left.length === 0) left.push({ text: passedWords({ figures, category: manifest?.category }), ...(figures.entered > 0 ? { door: 'all' as const } : {}) });
  return { left, right };
}

function passedWords({ figures, category }: { figures: NodeFigures; category: NodeManifest['category'] | undefined }): string {
  if (figures.entered === 0) return 'Nobody yet';
  if (category === 'entry') return `${formatCount(figures.entered)} entered`;
  if (category === 'exit') return `${formatCount(figures.entered)} ended here`;
  return `${formatCount(figures.left > 0 ? figures.left : figures.entered)} passed`;
}

const openable = new Set(['email', 'push', 'webpush']);

function messageFigures({ figures, channel }: { figures: NodeFigures; channel: NodeManifest['channel'] }): CardFigure[] {
  const { messages } = figures;
  if (!messages) return [];
  const found: CardFigure[] = [];
  if (messages.sent > 0) found.push({ text: `${formatCount(messages.sent)} sent`, door: 'all' });
  if (messages.sent > 0 && (openable.has(channel ?? '') || messages.opened > 0)) found.push({ text: `${formatShare(messages.opened / messages.sent)} opened` });
  // All that were ever queued are counted: worth saying only while nothing is sent.
  if (messages.sent === 0 && messages.queued > 0) found.push({ text: `${formatCount(messages.queued)} queued`, door: 'all' });
  if (messages.failed > 0) found.push({ text: `${formatCount(messages.failed)} failed` });
  if (found.length > 0) return found;
  return [{ text: figures.entered > 0 ? `${formatCount(figures.entered)} passed` : 'Nobody yet' }];
}

/** The share of each port among those who left the node, from 0 to 1. Empty when nobody left. */
export function portShares(figures: NodeFigures | undefined): Record<string, number> {
  const ports = Object.entries(figures?.ports ?? {}).filter(([, count]) => count > 0);
  const total = ports.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(ports.map(([port, count]) => [port, count / total]));
}

/** `After 1 day · 44 %`; without anybody the label stays as it is. A single way out needs no share. */
export function shareLabel({ label, share, ways }: { label: string; share: number | undefined; ways: number }): string {
  return share === undefined || (ways < 2 && share === 1) ? label : `${label} · ${formatShare(share)}`;
}

export const thinnestEdge = 1.5;
export const thickestEdge = 7;

/** Width of an edge in px: grows with the root of its flow, so that a tenth of the people is still seen beside all of them. */
export function edgeWidth({ flow, largest }: { flow: number; largest: number }): number {
  if (flow <= 0 || largest <= 0) return thinnestEdge;
  return thinnestEdge + (thickestEdge - thinnestEdge) * Math.sqrt(Math.min(1, flow / largest));
}

/** The busiest edge of the journey: what widths are measured by. */
export function largestFlow(live: Pick<LiveFigures, 'nodes'>): number {
  return Math.max(0, ...Object.values(live.nodes).flatMap((node) => Object.values(node.ports)));
}

/** Passages newer than `since`, counted per `node:port`, and the newest time: what moves on the canvas after this answer. */
export function newPassages({ recent, since }: { recent: LiveFigures['recent']; since: number }): { counts: Map<string, number>; newest: number } {
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

import type { EnrollmentSummary, LiveFigures, NodeFigures } from '@wend/contract';
import type { MeasureRow, Passage } from './figures.repository.js';

export type FigureParts = {
  version: number | null;
  sendNodes: string[];
  measures: MeasureRow[];
  waiting: { node: string | null; count: number }[];
  ended: { status: EnrollmentSummary['status']; count: number }[];
  medians: { node: string; seconds: number }[];
  recent: Passage[];
};

const noMessages = () => ({ queued: 0, sent: 0, delivered: 0, opened: 0, clicked: 0, failed: 0 });
/** A bounce is a failure to whoever looks at the figures. */
const shownAs: Record<string, keyof ReturnType<typeof noMessages>> = { queued: 'queued', sent: 'sent', delivered: 'delivered', opened: 'opened', clicked: 'clicked', failed: 'failed', bounced: 'failed' };

/** Puts counted rows together as the live layer of the canvas shows them. Pure. */
export function assembleFigures(parts: FigureParts): Omit<LiveFigures, 'at'> {
  const nodes = new Map<string, NodeFigures>();
  const at = (node: string): NodeFigures => {
    const known = nodes.get(node) ?? { waiting: 0, entered: 0, left: 0, ports: {}, messages: parts.sendNodes.includes(node) ? noMessages() : null, medianSeconds: null };
    nodes.set(node, known);
    return known;
  };
  for (const node of parts.sendNodes) at(node);
  for (const { node, measure, count } of parts.measures) addMeasure(at(node), { measure, count });
  for (const { node, count } of parts.waiting) if (node !== null) at(node).waiting += count;
  for (const { node, seconds } of parts.medians) at(node).medianSeconds = Math.max(0, Math.round(seconds * 1_000) / 1_000);
  const active = parts.waiting.reduce((sum, { count }) => sum + count, 0);
  const ended = (status: string) => parts.ended.reduce((sum, each) => (each.status === status ? sum + each.count : sum), 0);
  const all = parts.ended.reduce((sum, { count }) => sum + count, 0);
  return {
    version: parts.version, entered: active + all, active, completed: ended('completed'), exited: ended('exited') + ended('cancelled'), failed: ended('failed'),
    nodes: Object.fromEntries(nodes), recent: parts.recent,
  };
}

/** `entered`, `port:<port>` (empty: the run ended there) or `message:<status>`. */
function addMeasure(figures: NodeFigures, { measure, count }: Pick<MeasureRow, 'measure' | 'count'>): void {
  if (measure === 'entered') figures.entered += count;
  const [kind, ...rest] = measure.split(':');
  const name = rest.join(':');
  if (kind === 'port') {
    figures.left += count;
    if (name !== '') figures.ports[name] = (figures.ports[name] ?? 0) + count;
    // The row in the outbox and the visit by this port are one commit: no measure of its own is needed.
    if (name === 'queued' && figures.messages) figures.messages.queued += count;
  }
  const shown = shownAs[name];
  if (kind === 'message' && shown && shown !== 'queued') (figures.messages ??= noMessages())[shown] += count;
}

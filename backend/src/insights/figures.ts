import type { LiveFigures, NodeFigures } from '@wend/contract';
import { goalFigures } from './goal-figures.js';
import type { GoalTotals } from '../goals/index.js';
import type { MeasureRow, Passage, VersionToShow } from './figures.repository.js';

export type FigureParts = {
  /** The version that is drawn; null while none is published. */
  version: number | null;
  allVersions: boolean;
  versions: Pick<VersionToShow, 'number' | 'publishedAt'>[];
  sendNodes: string[];
  measures: MeasureRow[];
  /** The control group too. */
  waiting: { node: string | null; count: number }[];
  controls: { node: string | null; count: number }[];
  held: { node: string; rule: string; count: number }[];
  failing: { node: string; count: number }[];
  medians: { node: string; seconds: number }[];
  recent: Passage[];
  goals: GoalTotals;
};

type MessageFigures = NonNullable<NodeFigures['messages']>;
const noMessages = (): MessageFigures => ({
  queued: 0,
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  failed: 0,
  unknown: 0,
  suppressed: {},
  held: {},
  machineOpens: 0,
  machineClicks: 0,
  failing: 0,
});
/** Before measures of the control group's runs. */
const controlMark = 'control:';
/** A bounce is a failure to whoever looks at the figures. */
const shownAs: Record<
  string,
  Exclude<keyof MessageFigures, 'suppressed' | 'held' | 'failing' | 'machineOpens' | 'machineClicks'>
> = {
  queued: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  opened: 'opened',
  clicked: 'clicked',
  failed: 'failed',
  bounced: 'failed',
  unknown: 'unknown',
};

/** Puts counted rows together as the live layer of the canvas shows them. Pure. */
export function assembleFigures(parts: FigureParts): Omit<LiveFigures, 'at'> {
  const nodes = new Map<string, NodeFigures>();
  const at = (node: string): NodeFigures => {
    const known = nodes.get(node) ?? {
      waiting: 0,
      entered: 0,
      left: 0,
      ports: {},
      messages: parts.sendNodes.includes(node) ? noMessages() : null,
      medianSeconds: null,
      control: null,
    };
    nodes.set(node, known);
    return known;
  };
  const apart = (node: string): NonNullable<NodeFigures['control']> =>
    (at(node).control ??= { waiting: 0, entered: 0, left: 0 });
  const runs = new Map<string, number>();
  for (const node of parts.sendNodes) at(node);
  for (const { node, measure, count } of parts.measures) {
    if (node === '') runs.set(measure, (runs.get(measure) ?? 0) + count);
    else if (measure.startsWith(controlMark)) addControl(apart, { node, measure, count });
    else addMeasure(at(node), { measure, count });
  }
  for (const { node, count } of parts.waiting) if (node !== null) at(node).waiting += count;
  for (const { node, count } of parts.controls) {
    if (node === null) continue;
    at(node).waiting -= count;
    apart(node).waiting += count;
  }
  for (const { node, rule, count } of parts.held) {
    const { held } = (at(node).messages ??= noMessages());
    held[rule] = (held[rule] ?? 0) + count;
  }
  for (const { node, count } of parts.failing) (at(node).messages ??= noMessages()).failing += count;
  for (const { node, seconds } of parts.medians)
    at(node).medianSeconds = Math.max(0, Math.round(seconds * 1_000) / 1_000);
  const run = (how: string) => runs.get(`run:${how}`) ?? 0;
  const control = (how: string) => runs.get(`${controlMark}run:${how}`) ?? 0;
  const controls = sum(parts.controls);
  return {
    version: parts.version,
    allVersions: parts.allVersions,
    versions: parts.versions.map(({ number, publishedAt }) => ({ number, publishedAt: publishedAt.toISOString() })),
    entered: run('entered'),
    active: sum(parts.waiting) - controls,
    completed: run('completed'),
    exited: run('exited'),
    cancelled: run('cancelled'),
    failed: run('failed'),
    nodes: Object.fromEntries(nodes),
    goals: goalFigures(parts.goals, { control: control('entered') + controls > 0 }),
    recent: parts.recent,
    control:
      control('entered') + controls === 0
        ? null
        : {
            entered: control('entered'),
            active: controls,
            completed: control('completed'),
            exited: control('exited'),
            cancelled: control('cancelled'),
            failed: control('failed'),
          },
  };
}

function sum(rows: readonly { count: number }[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

/** What became of the control group's messages is known: they were held back. */
function addControl(
  apart: (node: string) => NonNullable<NodeFigures['control']>,
  { node, measure, count }: MeasureRow,
): void {
  const name = measure.slice(controlMark.length);
  if (name === 'entered') apart(node).entered += count;
  if (name.startsWith('port:')) apart(node).left += count;
}

/** `entered`, `port:<port>` (empty: the run ended there), `message:<status>` `message:suppressed:<reason>`, or or `machine:<status>`. */
function addMeasure(figures: NodeFigures, { measure, count }: Pick<MeasureRow, 'measure' | 'count'>): void {
  if (measure === 'entered') figures.entered += count;
  const [kind, name = '', ...rest] = measure.split(':');
  if (kind === 'port') {
    const port = [name, ...rest].join(':');
    figures.left += count;
    if (port !== '') figures.ports[port] = (figures.ports[port] ?? 0) + count;
  }
  if (kind !== 'message' && kind !== 'machine') return;
  const messages = (figures.messages ??= noMessages());
  if (kind === 'machine') {
    if (name === 'opened') messages.machineOpens += count;
    if (name === 'clicked') messages.machineClicks += count;
    return;
  }
  const shown = shownAs[name];
  if (shown) messages[shown] += count;
  if (name === 'suppressed') {
    const reason = rest.join(':') || 'other';
    messages.suppressed[reason] = (messages.suppressed[reason] ?? 0) + count;
  }
}

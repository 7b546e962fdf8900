import { outermost, wayOutAt } from '@wend/contract/plain';
import type { Graph, LiveFigures, NodeFigures } from '@wend/contract';

const none: NodeFigures = {
  waiting: 0,
  entered: 0,
  left: 0,
  ports: {},
  messages: null,
  medianSeconds: null,
  control: null,
};

/**
 * Figures with those of sub-journeys on their cards: who waits inside, and by which ways out people came. `inside`: the
 * steps inside (`JourneyVersion`). Without any it is the same object.
 */
export function withCards(live: LiveFigures, inside: Graph['nodes']): LiveFigures {
  const cards = new Set(Object.keys(inside).map(outermost));
  if (cards.size === 0) return live;
  const nodes = { ...live.nodes };
  for (const card of cards) nodes[card] = cardOf(card, live.nodes, inside);
  const recent = live.recent.map((passage) => ({ ...passage, ...wayOutAt(inside[passage.node]) }));
  return { ...live, nodes, recent };
}

function cardOf(card: string, nodes: LiveFigures['nodes'], inside: Graph['nodes']): NodeFigures {
  const own = nodes[card] ?? none;
  const { inside: _inside, ...ports } = own.ports;
  let { waiting } = own;
  let control = own.control;
  for (const [id, figures] of Object.entries(nodes)) {
    if (id === card || outermost(id) !== card) continue;
    waiting += figures.waiting;
    if (figures.control && control) control = { ...control, waiting: control.waiting + figures.control.waiting };
    const out = wayOutAt(inside[id]);
    if (out?.node === card) ports[out.port] = (ports[out.port] ?? 0) + figures.entered;
  }
  const left = Object.values(ports).reduce((sum, count) => sum + count, 0);
  return { ...own, waiting, left, ports, control, medianSeconds: null };
}

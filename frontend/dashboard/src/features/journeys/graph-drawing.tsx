import type { Graph } from '@wend/contract';

/** Cards as the canvas draws them, in its px. */
const card = { width: 220, height: 72 };
const margin = 24;

/** The graph as it lies on the canvas, small: a card per step and a line per edge. */
export function GraphDrawing({ graph, className }: { graph: Graph; className?: string }) {
  const nodes = Object.values(graph.nodes);
  const left = Math.min(...nodes.map(({ position }) => position.x)) - margin;
  const top = Math.min(...nodes.map(({ position }) => position.y)) - margin;
  const right = Math.max(...nodes.map(({ position }) => position.x)) + card.width + margin;
  const bottom = Math.max(...nodes.map(({ position }) => position.y)) + card.height + margin;
  return (
    <svg aria-hidden viewBox={`${left} ${top} ${right - left} ${bottom - top}`} className={className}>
      {graph.edges.map(({ id, from, to }) => {
        const [start, end] = [graph.nodes[from]?.position, graph.nodes[to]?.position];
        if (!start || !end) return null;
        return (
          <line
            key={id}
            x1={start.x + card.width / 2}
            y1={start.y + card.height}
            x2={end.x + card.width / 2}
            y2={end.y}
            className="stroke-muted"
            strokeWidth={8}
          />
        );
      })}
      {nodes.map(({ id, position }) => (
        <rect
          key={id}
          x={position.x}
          y={position.y}
          width={card.width}
          height={card.height}
          rx={16}
          className="fill-accent-soft stroke-accent"
          strokeWidth={6}
        />
      ))}
    </svg>
  );
}

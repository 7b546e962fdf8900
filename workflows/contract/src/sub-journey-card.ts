import type { Graph } from './graph.js';

/** What a sub-journey's card knows of the version that it calls: a way out for each result, and the inputs asked for. */
export type CalledVersion = { results: { id: string; name: string }[]; inputs: string[] };

/** Read from the graph that is called: the results of its “Exit” steps, and the data fields of its “Journey entry”. */
export function calledVersionOf({ nodes }: Pick<Graph, 'nodes'>): CalledVersion {
  const results = new Set<string>();
  const inputs = new Set<string>();
  for (const { type, config } of Object.values(nodes)) {
    const { result, fields } = config;
    if (type === 'wend/exit' && typeof result === 'string' && result !== '' && result !== 'done') results.add(result);
    if (type === 'wend/entry-journey' && Array.isArray(fields))
      for (const field of fields) {
        const path = typeof field === 'object' && field !== null && !Array.isArray(field) ? field['path'] : undefined;
        if (typeof path === 'string' && path !== '') inputs.add(path.split('.')[0] ?? path);
      }
  }
  return { results: [...results].sort().map((name) => ({ id: name, name })), inputs: [...inputs] };
}

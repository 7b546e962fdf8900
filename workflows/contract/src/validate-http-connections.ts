import { configFields } from './config-fields.js';
import type { GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';

type Given = {
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
  /** Left out where they are not known: in a browser. */
  httpConnections?: readonly { id: string }[];
};

/** Steps that sign in by an API connection that was deleted: they ask nobody any more. */
export function httpConnectionIssues({ known, httpConnections }: Given): Issue[] {
  if (!httpConnections) return [];
  const ids = new Set(httpConnections.map(({ id }) => id));
  return [...known.values()]
    .filter(({ manifest }) => manifest.custom)
    .flatMap(({ node, manifest }) =>
      configFields({ schema: manifest.config, config: node.config }).fields.flatMap(
        ({ schema, value, path }): Issue[] =>
          schema['widget'] !== 'httpConnection' || typeof value !== 'string' || value === '' || ids.has(value)
            ? []
            : [
                {
                  code: 'connection-gone',
                  severity: 'warning',
                  nodeId: node.id,
                  path,
                  message: `“${node.name}” signs in with an API connection that was deleted, so it can’t ask anything.`,
                  hint: 'Choose another one, or add one under Settings → API connections.',
                },
              ],
      ),
    );
}

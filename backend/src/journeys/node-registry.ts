import type { NodeManifest } from '@wend/contract';
import { loadPackages, nodeKey } from '@wend/node-sdk';
import type { NodeDefinition } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';

/**
 * Every node type of this process: those that Wend brings and those of the packages in WEND_NODE_PACKAGES. Never
 * changes.
 */
export class NodeRegistry {
  /** By `type@version`: what the compiler takes. */
  readonly definitions: ReadonlyMap<string, NodeDefinition>;
  /** The same for checks that need no code. */
  readonly manifestsByKey: ReadonlyMap<string, NodeManifest>;

  constructor(nodes: readonly NodeDefinition[]) {
    const definitions = new Map<string, NodeDefinition>();
    for (const node of nodes) {
      const key = nodeKey(node.manifest);
      if (definitions.has(key))
        throw new Error(
          `The node type ${key} is defined twice. Remove the package that redefines it from WEND_NODE_PACKAGES.`,
        );
      definitions.set(key, node);
    }
    this.definitions = definitions;
    this.manifestsByKey = new Map(nodes.map((node) => [nodeKey(node.manifest), node.manifest]));
  }

  /** Throws an error that names the package when one cannot be loaded. */
  static async load(packageNames: readonly string[]): Promise<NodeRegistry> {
    return new NodeRegistry([...builtInNodes, ...(await loadPackages(packageNames)).nodes]);
  }

  list(): NodeDefinition[] {
    return [...this.definitions.values()];
  }

  /** By `type@version`. */
  get(key: string): NodeDefinition | undefined {
    return this.definitions.get(key);
  }

  /** The newest version of a type. */
  latest(type: string): NodeDefinition | undefined {
    return this.list()
      .filter((node) => node.manifest.type === type)
      .sort((a, b) => b.manifest.version - a.manifest.version)[0];
  }

  manifests(): NodeManifest[] {
    return [...this.manifestsByKey.values()];
  }

  /** Types of nodes that people enter by. */
  entryTypes(): string[] {
    return [
      ...new Set(
        this.list()
          .filter((node) => node.entry)
          .map((node) => node.manifest.type),
      ),
    ];
  }
}

import { nodeManifest } from '@wend/contract';
import { z } from 'zod';
import type { NodeDefinition } from './define-node.js';

export type Importer = (packageName: string) => Promise<unknown>;

/** `type@version`: how definitions are looked up. */
export function nodeKey({ type, version }: { type: string; version: number }): string {
  return `${type}@${version}`;
}

/**
 * Imports packages that export `nodes: NodeDefinition[]`. Throws one error that names the package and what is wrong with it:
 * not found, no `nodes`, a bad manifest, or a type and version that another package has already.
 */
export async function loadNodes(packageNames: readonly string[], importer: Importer = (name) => import(name) as Promise<unknown>): Promise<NodeDefinition[]> {
  const loaded: NodeDefinition[] = [];
  const owners = new Map<string, string>();
  for (const packageName of packageNames) {
    for (const definition of await nodesOf(packageName, importer)) {
      const key = nodeKey(definition.manifest);
      const owner = owners.get(key);
      if (owner) throw new Error(`Node package ${packageName}: ${key} is already defined by ${owner}. Give one of them another type or version.`);
      owners.set(key, packageName);
      loaded.push(definition);
    }
  }
  return loaded;
}

async function nodesOf(packageName: string, importer: Importer): Promise<NodeDefinition[]> {
  const fail = (message: string, cause?: unknown): never => {
    throw new Error(`Node package ${packageName}: ${message}`, { cause });
  };
  const module: unknown = await importer(packageName).catch((error: unknown) =>
    fail(`it cannot be imported (${error instanceof Error ? error.message : String(error)}). Install and build it, and check its name in WEND_NODE_PACKAGES.`, error),
  );
  const nodes: unknown = typeof module === 'object' && module !== null ? (module as { nodes?: unknown }).nodes : undefined;
  if (!Array.isArray(nodes) || nodes.length === 0) return fail('it must export a list “nodes” with at least one node made by defineNode.');
  for (const [index, definition] of nodes.entries()) {
    const problem = problemOf(definition);
    if (problem) fail(`nodes[${index}] ${problem}`);
  }
  return nodes as NodeDefinition[];
}

function problemOf(definition: unknown): string | null {
  if (typeof definition !== 'object' || definition === null) return 'is not an object: make it with defineNode.';
  const { manifest, parse, lower, run } = definition as Partial<Record<string, unknown>>;
  const checked = nodeManifest.safeParse(manifest);
  if (!checked.success) return `has a bad manifest: ${z.prettifyError(checked.error)}`;
  const name = nodeKey(checked.data);
  if (typeof parse !== 'function') return `(${name}) has no parse function: make it with defineNode.`;
  if (typeof lower !== 'function' && typeof run !== 'function') return `(${name}) has neither lower nor run.`;
  return null;
}

import { nodeKey, nodeManifest } from '@wend/contract';
import { z } from 'zod';
import type { ChannelCode } from './define-channel.js';
import type { NodeDefinition } from './define-node.js';
import type { ProviderDefinition } from './define-provider.js';
import { importPackage } from './import-package.js';

export type Importer = (packageName: string) => Promise<unknown>;

/** What a package may bring: each list may be missing, not all three. */
export type Brought = { nodes: NodeDefinition[]; channels: ChannelCode[]; providers: ProviderDefinition[] };

/**
 * Imports packages that export `nodes`, `channels` or `providers`, made by defineNode, defineChannel and defineProvider.
 * Throws one error that names the package and what is wrong with it: not found, nothing exported, a bad definition, or
 * what another package has already.
 */
export async function loadPackages(
  packageNames: readonly string[],
  importer: Importer = importPackage,
): Promise<Brought> {
  const brought: Brought = { nodes: [], channels: [], providers: [] };
  const owners = new Map<string, string>();
  for (const packageName of packageNames) {
    const { nodes, channels, providers } = await readPackage(packageName, importer);
    const keys = [
      ...nodes.map(({ manifest }) => nodeKey(manifest)),
      ...channels.map(({ definition }) => `the channel ${definition.name}`),
      ...providers.map(({ name }) => `the provider ${name}`),
    ];
    for (const key of keys) {
      const owner = owners.get(key);
      if (owner)
        throw new Error(
          `Package ${packageName}: ${key} is already defined by ${owner}. Give one of them another name or version.`,
        );
      owners.set(key, packageName);
    }
    brought.nodes.push(...nodes);
    brought.channels.push(...channels);
    brought.providers.push(...providers);
  }
  return brought;
}

async function readPackage(packageName: string, importer: Importer): Promise<Brought> {
  const fail = (message: string, cause?: unknown): never => {
    throw new Error(`Package ${packageName}: ${message}`, { cause });
  };
  const module: unknown = await importer(packageName).catch((error: unknown) =>
    fail(
      `it cannot be imported (${error instanceof Error ? error.message : String(error)}). Install and build it, and check its name in WEND_NODE_PACKAGES.`,
      error,
    ),
  );
  const exported = typeof module === 'object' && module !== null ? (module as Record<keyof Brought, unknown>) : null;
  const listOf = (name: keyof Brought): unknown[] => {
    const list = exported?.[name];
    return Array.isArray(list) ? (list as unknown[]) : [];
  };
  const found = { nodes: listOf('nodes'), channels: listOf('channels'), providers: listOf('providers') };
  if (Object.values(found).every((list) => list.length === 0))
    return fail('it must export a list “nodes”, “channels” or “providers” with at least one definition.');
  for (const [list, check] of Object.entries(checks))
    for (const [index, definition] of found[list as keyof Brought].entries()) {
      const problem = check(definition);
      if (problem) fail(`${list}[${index}] ${problem}`);
    }
  return found as Brought;
}

const checks: Record<keyof Brought, (definition: unknown) => string | null> = {
  nodes: problemOf,
  channels: (definition) =>
    typeof (definition as Partial<ChannelCode> | null)?.compose === 'function'
      ? null
      : 'is no channel: make it with defineChannel.',
  providers: (definition) =>
    typeof (definition as Partial<ProviderDefinition> | null)?.open === 'function'
      ? null
      : 'is no provider: make it with defineProvider.',
};

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

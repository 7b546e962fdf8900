import type { WayIn } from './entries/kinds.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import type { LowerContext, Lowered } from './program.js';

/**
 * The part of a node definition that the compiler needs. `node-sdk` makes these; the browser sees only `manifest`.
 * `lower` returns instructions; the first begins the node. `parse` checks a config and returns problems by path.
 */
export type CompilableNode = {
  manifest: NodeManifest;
  parse: (
    config: JsonObject,
  ) => { ok: true; config: JsonObject } | { ok: false; problems: { path: string; message: string }[] };
  lower?: (config: JsonObject, context: LowerContext) => Lowered[];
  entry?: (config: JsonObject) => WayIn;
  retry?: { attempts: number; timeoutSeconds: number };
};

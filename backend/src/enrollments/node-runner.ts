import { Injectable } from '@nestjs/common';
import { allTexts, configFields, hasLiquid, mapLeaves } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { parseRunning } from '@wend/node-sdk';
import type { Escape, Http, MessageTemplate, NodeDefinition, RunProfile } from '@wend/node-sdk';
import { Renderer } from '../content/index.js';
import { HttpConnections } from '../http-connections/index.js';
import type { Scope } from '../platform/database/index.js';
import { SafeHttpClient } from '../platform/outbound/index.js';
import { timeZoneOf } from '../profiles/index.js';

/** Whom a custom node is run for, and with what. */
export type NodeRunFor = {
  config: JsonObject;
  profile: RunProfile;
  entry: JsonObject;
  run: JsonObject;
  /** The run's time, ms. */
  at: number;
  /** The workspace's zone. */
  zone: string;
};
type Filled = { ok: true; config: JsonObject } | { ok: false; code: string; message: string };

/** What custom nodes are run with, in runs and in trials: settings with their Liquid filled in, and a way to the outside. */
@Injectable()
export class NodeRunner {
  constructor(
    private readonly renderer: Renderer,
    private readonly client: SafeHttpClient,
    private readonly connections: HttpConnections,
  ) {}

  /** Settings filled in and checked by the node's schema; or why they came to nothing usable. */
  async configFor(
    scope: Scope,
    { node, config, profile, entry, run, at, zone }: NodeRunFor & { node: NodeDefinition },
  ): Promise<Filled> {
    const sources = templatesIn(config, escapesOf(node, config));
    const variables = {
      profile: { ...profile.traits, id: profile.id, external_id: profile.externalId },
      entry,
      event: entry,
      run,
      now: new Date(at).toISOString(),
    };
    const own = timeZoneOf(profile.traits);
    const rendered =
      Object.keys(sources).length === 0
        ? null
        : await this.renderer.render(
            { templates: sources, variables, zones: [...(own === null ? [] : [own]), zone] },
            { tenant: scope.workspaceId },
          );
    if (rendered?.kind === 'errors')
      return {
        ok: false,
        code: 'template',
        message: rendered.errors.map((error) => `${error.path}: ${error.message}`).join('; '),
      };
    if (rendered?.kind === 'aborted') return { ok: false, code: 'aborted', message: rendered.reason };
    const filled = rendered ? mapLeaves(config, (value, path) => rendered.values[path] ?? value) : config;
    const parsed = parseRunning(node, filled as JsonObject);
    if (parsed.ok) return parsed;
    return {
      ok: false,
      code: 'invalid-config',
      message: parsed.problems.map((problem) => `${problem.path}: ${problem.message}`).join('; '),
    };
  }

  /** The safe client, with the credentials of the workspace's API connections where one is named. */
  httpFor(scope: Scope, signal: AbortSignal): Http {
    return (url, { connection, ...request } = {}) => {
      const asked = { ...request, url, method: request.method ?? 'GET', signal };
      return connection === undefined
        ? this.client.request(asked)
        : this.connections.request(scope, { ...asked, connection });
    };
  }
}

/** Every string with a tag in it, by its path, made safe for where its field stands. */
function templatesIn(config: JsonObject, escapes: ReadonlyMap<string, Escape>): Record<string, MessageTemplate> {
  return Object.fromEntries(
    allTexts(config).flatMap(({ path, source }) =>
      hasLiquid(source) ? [[path, { source, escape: escapes.get(path) ?? 'none' }]] : [],
    ),
  );
}

function escapesOf({ manifest }: NodeDefinition, config: JsonObject): Map<string, Escape> {
  return new Map(
    configFields({ schema: manifest.config, config }).fields.flatMap(({ schema, path }) =>
      typeof schema['escape'] === 'string' ? [[path, schema['escape'] as Escape] as const] : [],
    ),
  );
}

import { Injectable } from '@nestjs/common';
import type { Channel, JsonObject } from '@wend/contract';
import { ChannelsService, Composer } from '../channels/index.js';
import { samplePerson } from '../content/index.js';
import type { RenderProblem } from '../content/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { MessageRepository } from './message.repository.js';

/** Renders a node's message as its receiver would get it, without sending or storing anything. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly repository: MessageRepository,
    private readonly composer: Composer,
    private readonly channels: ChannelsService,
  ) {}

  async render(
    scope: Scope,
    {
      channel,
      config,
      profileId,
      entry = {},
      settings: given,
    }: {
      channel: Channel;
      config: JsonObject;
      profileId?: string | undefined;
      entry?: JsonObject | undefined;
      /** Those of the connection that the message goes out by; of the channel's usual one when left out. */
      settings?: Record<string, unknown> | undefined;
    },
  ): Promise<{ content: Record<string, unknown> | null; errors: RenderProblem[] }> {
    const [profile, settings, { zone, language }] = await Promise.all([
      this.profile(scope, profileId),
      given ?? this.channels.settingsOf(scope, channel),
      this.repository.workspacePlace(scope),
    ]);
    const composed = await this.composer.compose({
      tenant: scope.workspaceId,
      channel,
      config,
      settings,
      variables: { profile, entry, event: entry, run: {}, now: new Date().toISOString() },
      zones: [...zoneTrait(profile), zone],
      language,
    });
    if (composed.kind === 'content') return { content: composed.content, errors: composed.warnings };
    if (composed.kind === 'errors') return { content: null, errors: composed.errors };
    return {
      content: null,
      errors: [{ path: '', message: `The template stops this message for this person: ${composed.reason}` }],
    };
  }

  private async profile(scope: Scope, id: string | undefined): Promise<JsonObject> {
    if (id === undefined) return { ...samplePerson.traits, id: samplePerson.id, external_id: samplePerson.externalId };
    const row = await this.repository.profile(scope, id);
    if (!row) throw notFound('profile');
    return { ...row.traits, id: row.id, external_id: row.external_id };
  }
}

/** Also one that does not exist, so that the preview says so. */
function zoneTrait({ timezone, timeZone, time_zone: underscored }: JsonObject): string[] {
  const zone = timezone ?? timeZone ?? underscored;
  return typeof zone === 'string' && zone.trim() !== '' ? [zone.trim()] : [];
}

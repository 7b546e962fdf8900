import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../../platform/http/index.js';
import { TemplatesService } from './templates.service.js';

/** Locked templates: developers write them, whoever builds journeys chooses one. */
@Controller()
export class TemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @Route(api.channelTemplates)
  async list({
    caller,
    query,
  }: RouteInput<typeof api.channelTemplates>): Promise<RouteOutput<typeof api.channelTemplates>> {
    const { channel, archived } = query;
    return { items: await this.templates.list(caller, { channel, archived: archived === 'true' }) };
  }

  @Route(api.channelTemplate)
  get({ caller, params }: RouteInput<typeof api.channelTemplate>): Promise<RouteOutput<typeof api.channelTemplate>> {
    return this.templates.get(caller, params.id);
  }

  @Route(api.createChannelTemplate)
  create({
    caller,
    body,
  }: RouteInput<typeof api.createChannelTemplate>): Promise<RouteOutput<typeof api.createChannelTemplate>> {
    const { channel, ...draft } = body;
    return this.templates.add(caller, { channel, draft });
  }

  @Route(api.updateChannelTemplate)
  update({
    caller,
    params,
    body,
  }: RouteInput<typeof api.updateChannelTemplate>): Promise<RouteOutput<typeof api.updateChannelTemplate>> {
    const { revision, ...draft } = body;
    return this.templates.change(caller, { id: params.id, revision, draft });
  }

  @Route(api.archiveChannelTemplate)
  archive({
    caller,
    params,
    body,
  }: RouteInput<typeof api.archiveChannelTemplate>): Promise<RouteOutput<typeof api.archiveChannelTemplate>> {
    return this.templates.archive(caller, { id: params.id, archived: body.archived });
  }

  @Route(api.removeChannelTemplate)
  async remove({
    caller,
    params,
  }: RouteInput<typeof api.removeChannelTemplate>): Promise<RouteOutput<typeof api.removeChannelTemplate>> {
    await this.templates.remove(caller, params.id);
    return { ok: true };
  }

  @Route(api.tryChannelTemplate)
  try({
    caller,
    body,
  }: RouteInput<typeof api.tryChannelTemplate>): Promise<RouteOutput<typeof api.tryChannelTemplate>> {
    return this.templates.try(caller, body);
  }
}

import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { TopicsService } from './topics.service.js';

/** What people can subscribe to, under Settings. */
@Controller()
export class TopicsController {
  constructor(private readonly service: TopicsService) {}

  @Route(api.topics)
  async list({ caller, query }: RouteInput<typeof api.topics>): Promise<RouteOutput<typeof api.topics>> {
    return { items: await this.service.list(caller, { archived: query.archived === 'true' }) };
  }

  @Route(api.createTopic)
  create({ caller, body }: RouteInput<typeof api.createTopic>): Promise<RouteOutput<typeof api.createTopic>> {
    return this.service.create(caller, body);
  }

  @Route(api.orderTopics)
  async order({ caller, body }: RouteInput<typeof api.orderTopics>): Promise<RouteOutput<typeof api.orderTopics>> {
    return { items: await this.service.order(caller, body.keys) };
  }

  @Route(api.topic)
  find({ caller, params }: RouteInput<typeof api.topic>): Promise<RouteOutput<typeof api.topic>> {
    return this.service.find(caller, params.key);
  }

  @Route(api.editTopic)
  edit({ caller, params, body }: RouteInput<typeof api.editTopic>): Promise<RouteOutput<typeof api.editTopic>> {
    return this.service.edit(caller, { ...body, key: params.key });
  }

  @Route(api.archiveTopic)
  archive({ caller, params }: RouteInput<typeof api.archiveTopic>): Promise<RouteOutput<typeof api.archiveTopic>> {
    return this.service.archive(caller, { key: params.key, archived: true });
  }

  @Route(api.restoreTopic)
  restore({ caller, params }: RouteInput<typeof api.restoreTopic>): Promise<RouteOutput<typeof api.restoreTopic>> {
    return this.service.archive(caller, { key: params.key, archived: false });
  }

  @Route(api.removeTopic)
  async remove({ caller, params }: RouteInput<typeof api.removeTopic>): Promise<RouteOutput<typeof api.removeTopic>> {
    await this.service.remove(caller, params.key);
    return { ok: true };
  }
}

import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { EventNameRepository } from './event-name.repository.js';
import { JourneysService } from './journeys.service.js';
import { NodeRegistry } from './node-registry.js';
import { PublishingService } from './publishing.service.js';

@Controller()
export class JourneysController {
  constructor(
    private readonly journeys: JourneysService,
    private readonly publishing: PublishingService,
    private readonly registry: NodeRegistry,
    private readonly eventNames: EventNameRepository,
  ) {}

  @Route(api.list)
  async list({ caller }: RouteInput<typeof api.list>): Promise<RouteOutput<typeof api.list>> {
    return { items: await this.journeys.list(caller) };
  }

  @Route(api.create)
  create({ body, caller }: RouteInput<typeof api.create>): Promise<RouteOutput<typeof api.create>> {
    return this.journeys.create(caller, body);
  }

  @Route(api.get)
  get({ params, caller }: RouteInput<typeof api.get>): Promise<RouteOutput<typeof api.get>> {
    return this.journeys.get(caller, params.id);
  }

  @Route(api.rename)
  rename({ params, body, caller }: RouteInput<typeof api.rename>): Promise<RouteOutput<typeof api.rename>> {
    return this.journeys.rename(caller, { ...params, ...body });
  }

  @Route(api.remove)
  async remove({ params, caller }: RouteInput<typeof api.remove>): Promise<RouteOutput<typeof api.remove>> {
    await this.journeys.remove(caller, params.id);
    return { ok: true };
  }

  @Route(api.saveDraft)
  saveDraft({ params, body, caller }: RouteInput<typeof api.saveDraft>): Promise<RouteOutput<typeof api.saveDraft>> {
    return this.journeys.saveDraft(caller, { ...params, ...body });
  }

  @Route(api.publish)
  publish({ params, body, caller }: RouteInput<typeof api.publish>): Promise<RouteOutput<typeof api.publish>> {
    return this.publishing.publish(caller, { ...params, ...body });
  }

  @Route(api.version)
  version({ params, caller }: RouteInput<typeof api.version>): Promise<RouteOutput<typeof api.version>> {
    return this.journeys.version(caller, params);
  }

  @Route(api.control)
  async control({ params, body, caller }: RouteInput<typeof api.control>): Promise<RouteOutput<typeof api.control>> {
    await this.publishing.control(caller, { ...params, ...body });
    return this.journeys.summary(caller, params.id);
  }

  @Route(api.nodeTypes)
  nodeTypes(_: RouteInput<typeof api.nodeTypes>): RouteOutput<typeof api.nodeTypes> {
    return { items: this.registry.manifests() };
  }

  @Route(api.eventNames)
  async names({ caller }: RouteInput<typeof api.eventNames>): Promise<RouteOutput<typeof api.eventNames>> {
    const [events, traits] = await Promise.all([this.eventNames.list(caller, { kind: 'event' }), this.eventNames.list(caller, { kind: 'trait' })]);
    return { events, traits: traits.map((trait) => trait.name) };
  }
}

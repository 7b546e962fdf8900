import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route, answerWith } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { JourneysService } from './journeys.service.js';
import { NodeRegistry } from './node-registry.js';
import { PauseService } from './pause.service.js';
import { PublishPreviewService } from './publish-preview.service.js';
import { PublishingService } from './publishing.service.js';

@Controller()
export class JourneysController {
  constructor(
    private readonly journeys: JourneysService,
    private readonly publishing: PublishingService,
    private readonly previews: PublishPreviewService,
    private readonly pauses: PauseService,
    private readonly registry: NodeRegistry,
  ) {}

  @Route(api.list)
  async list({ query, caller }: RouteInput<typeof api.list>): Promise<RouteOutput<typeof api.list>> {
    return { items: await this.journeys.list(caller, query) };
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

  @Route(api.archive)
  async archive({ params, caller }: RouteInput<typeof api.archive>): Promise<RouteOutput<typeof api.archive>> {
    await this.publishing.archive(caller, params.id);
    return this.journeys.summary(caller, params.id);
  }

  @Route(api.restore)
  async restore({ params, caller }: RouteInput<typeof api.restore>): Promise<RouteOutput<typeof api.restore>> {
    await this.publishing.restore(caller, params.id);
    return this.journeys.summary(caller, params.id);
  }

  @Route(api.saveDraft)
  saveDraft({ params, body, caller }: RouteInput<typeof api.saveDraft>): Promise<RouteOutput<typeof api.saveDraft>> {
    return this.journeys.saveDraft(caller, { ...params, ...body });
  }

  @Route(api.draftIssues)
  draftIssues({ params, caller }: RouteInput<typeof api.draftIssues>): Promise<RouteOutput<typeof api.draftIssues>> {
    return this.journeys.issues(caller, params.id);
  }

  @Route(api.previewPublish)
  previewPublish({
    params,
    body,
    caller,
  }: RouteInput<typeof api.previewPublish>): Promise<RouteOutput<typeof api.previewPublish>> {
    return this.previews.preview(caller, { ...params, ...body });
  }

  @Route(api.publish)
  async publish({
    params,
    body,
    caller,
    http,
  }: RouteInput<typeof api.publish>): Promise<RouteOutput<typeof api.publish>> {
    const published = await this.publishing.publish(caller, { ...params, ...body });
    if (published.unchanged) answerWith(http.response, 200);
    return published;
  }

  @Route(api.versions)
  versions({ params, query, caller }: RouteInput<typeof api.versions>): Promise<RouteOutput<typeof api.versions>> {
    return this.journeys.listVersions(caller, { ...params, ...query });
  }

  @Route(api.restoreVersion)
  restoreVersion({
    params,
    body,
    caller,
  }: RouteInput<typeof api.restoreVersion>): Promise<RouteOutput<typeof api.restoreVersion>> {
    return this.journeys.restoreVersion(caller, { ...params, ...body });
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

  @Route(api.journeyStop)
  journeyStop({ params, caller }: RouteInput<typeof api.journeyStop>): Promise<RouteOutput<typeof api.journeyStop>> {
    return this.pauses.stopOf(caller, params.id);
  }

  @Route(api.journeyPause)
  journeyPause({ params, caller }: RouteInput<typeof api.journeyPause>): Promise<RouteOutput<typeof api.journeyPause>> {
    return this.pauses.of(caller, params.id);
  }

  @Route(api.nodeTypes)
  nodeTypes(_: RouteInput<typeof api.nodeTypes>): RouteOutput<typeof api.nodeTypes> {
    return { items: this.registry.manifests() };
  }
}

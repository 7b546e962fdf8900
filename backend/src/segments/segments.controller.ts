import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { SegmentPeople } from './segment-people.js';
import { SegmentPreviews } from './previews.js';
import { SegmentsService } from './segments.service.js';
import { SegmentWhys } from './whys.js';

/** Segments: what they are, who is in them and why, and where they are used. */
@Controller()
export class SegmentsController {
  constructor(
    private readonly segments: SegmentsService,
    private readonly people: SegmentPeople,
    private readonly previews: SegmentPreviews,
    private readonly whys: SegmentWhys,
  ) {}

  @Route(api.segments)
  list({ caller, query }: RouteInput<typeof api.segments>): Promise<RouteOutput<typeof api.segments>> {
    return this.segments.list(caller, query);
  }

  @Route(api.createSegment)
  create({ caller, body }: RouteInput<typeof api.createSegment>): Promise<RouteOutput<typeof api.createSegment>> {
    return this.segments.create(caller, body);
  }

  @Route(api.previewSegment)
  preview({ caller, body }: RouteInput<typeof api.previewSegment>): Promise<RouteOutput<typeof api.previewSegment>> {
    return this.previews.of(caller, body);
  }

  @Route(api.segment)
  get({ caller, params }: RouteInput<typeof api.segment>): Promise<RouteOutput<typeof api.segment>> {
    return this.segments.get(caller, params.id);
  }

  @Route(api.updateSegment)
  update({
    caller,
    params,
    body,
  }: RouteInput<typeof api.updateSegment>): Promise<RouteOutput<typeof api.updateSegment>> {
    return this.segments.update(caller, { ...body, id: params.id });
  }

  @Route(api.duplicateSegment)
  duplicate({
    caller,
    params,
    body,
  }: RouteInput<typeof api.duplicateSegment>): Promise<RouteOutput<typeof api.duplicateSegment>> {
    return this.segments.duplicate(caller, { id: params.id, name: body.name });
  }

  @Route(api.archiveSegment)
  archive({ caller, params }: RouteInput<typeof api.archiveSegment>): Promise<RouteOutput<typeof api.archiveSegment>> {
    return this.segments.archive(caller, params.id);
  }

  @Route(api.restoreSegment)
  restore({ caller, params }: RouteInput<typeof api.restoreSegment>): Promise<RouteOutput<typeof api.restoreSegment>> {
    return this.segments.restore(caller, params.id);
  }

  @Route(api.removeSegment)
  async remove({
    caller,
    params,
  }: RouteInput<typeof api.removeSegment>): Promise<RouteOutput<typeof api.removeSegment>> {
    await this.segments.remove(caller, params.id);
    return { ok: true };
  }

  @Route(api.cancelSegmentBuild)
  cancelBuild({
    caller,
    params,
  }: RouteInput<typeof api.cancelSegmentBuild>): Promise<RouteOutput<typeof api.cancelSegmentBuild>> {
    return this.segments.cancelBuild(caller, params.id);
  }

  @Route(api.retrySegmentBuild)
  retryBuild({
    caller,
    params,
  }: RouteInput<typeof api.retrySegmentBuild>): Promise<RouteOutput<typeof api.retrySegmentBuild>> {
    return this.segments.retryBuild(caller, params.id);
  }

  @Route(api.segmentMembers)
  members({
    caller,
    params,
    query,
  }: RouteInput<typeof api.segmentMembers>): Promise<RouteOutput<typeof api.segmentMembers>> {
    return this.people.members(caller, { ...query, segmentId: params.id });
  }

  @Route(api.addSegmentMembers)
  add({
    caller,
    params,
    body,
  }: RouteInput<typeof api.addSegmentMembers>): Promise<RouteOutput<typeof api.addSegmentMembers>> {
    return this.people.change(caller, { ...body, segmentId: params.id, entered: true });
  }

  @Route(api.removeSegmentMembers)
  take({
    caller,
    params,
    body,
  }: RouteInput<typeof api.removeSegmentMembers>): Promise<RouteOutput<typeof api.removeSegmentMembers>> {
    return this.people.change(caller, { ...body, segmentId: params.id, entered: false });
  }

  @Route(api.whyInSegment)
  why({ caller, params, query }: RouteInput<typeof api.whyInSegment>): Promise<RouteOutput<typeof api.whyInSegment>> {
    return this.whys.of(caller, { ...query, id: params.id });
  }

  @Route(api.segmentGrowth)
  async growth({
    caller,
    params,
    query,
  }: RouteInput<typeof api.segmentGrowth>): Promise<RouteOutput<typeof api.segmentGrowth>> {
    return { items: await this.people.growth(caller, { segmentId: params.id, days: query.days }) };
  }

  @Route(api.segmentUses)
  async uses({ caller, params }: RouteInput<typeof api.segmentUses>): Promise<RouteOutput<typeof api.segmentUses>> {
    return { items: await this.segments.usesOf(caller, params.id) };
  }

  @Route(api.segmentsOfProfile)
  async ofProfile({
    caller,
    params,
  }: RouteInput<typeof api.segmentsOfProfile>): Promise<RouteOutput<typeof api.segmentsOfProfile>> {
    return { items: await this.people.segmentsOf(caller, params.id) };
  }
}

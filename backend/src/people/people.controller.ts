import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { api, fileRoutes, idParams } from '@wend/contract';
import type { Response } from 'express';
import { Access, Route, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest, RouteInput, RouteOutput } from '../platform/http/index.js';
import { ErasePeopleService } from './erase-people.service.js';
import { ExportPersonService } from './export-person.service.js';
import { MergePeopleService } from './merge-people.service.js';
import { PeopleListService } from './people-list.service.js';
import { PersonPageService } from './person-page.service.js';
import { WritePeopleService } from './write-people.service.js';

/** People, for members and programs: to find, look at, change, merge, take along and delete. */
@Controller()
export class PeopleController {
  constructor(
    private readonly lists: PeopleListService,
    private readonly pages: PersonPageService,
    private readonly writes: WritePeopleService,
    private readonly merges: MergePeopleService,
    private readonly erasing: ErasePeopleService,
    private readonly exports: ExportPersonService,
  ) {}

  @Route(api.profiles)
  list({ query, caller }: RouteInput<typeof api.profiles>): Promise<RouteOutput<typeof api.profiles>> {
    return this.lists.page(caller, query);
  }

  @Route(api.profileCount)
  count({ query, caller }: RouteInput<typeof api.profileCount>): Promise<RouteOutput<typeof api.profileCount>> {
    return this.lists.count(caller, query);
  }

  @Route(api.upsertProfile)
  upsert({ body, caller }: RouteInput<typeof api.upsertProfile>): Promise<RouteOutput<typeof api.upsertProfile>> {
    return this.writes.upsert(caller, body);
  }

  @Route(api.profile)
  detail({ params, caller }: RouteInput<typeof api.profile>): Promise<RouteOutput<typeof api.profile>> {
    return this.pages.detail(caller, params.id);
  }

  @Route(api.profileTimeline)
  timeline({
    params,
    query,
    caller,
  }: RouteInput<typeof api.profileTimeline>): Promise<RouteOutput<typeof api.profileTimeline>> {
    return this.pages.timeline(caller, { ...query, id: params.id });
  }

  @Route(api.editProfile)
  edit({ params, body, caller }: RouteInput<typeof api.editProfile>): Promise<RouteOutput<typeof api.editProfile>> {
    return this.writes.edit(caller, { ...body, id: params.id });
  }

  @Route(api.mergePreview)
  preview({
    params,
    query,
    caller,
  }: RouteInput<typeof api.mergePreview>): Promise<RouteOutput<typeof api.mergePreview>> {
    return this.merges.preview(caller, { into: params.id, from: query.from });
  }

  @Route(api.mergeProfiles)
  merge({
    params,
    body,
    caller,
  }: RouteInput<typeof api.mergeProfiles>): Promise<RouteOutput<typeof api.mergeProfiles>> {
    return this.merges.merge(caller, { into: params.id, from: body.from });
  }

  @Route(api.eraseProfile)
  erase({ params, caller }: RouteInput<typeof api.eraseProfile>): Promise<RouteOutput<typeof api.eraseProfile>> {
    return this.erasing.erase(caller, params.id);
  }

  @Route(api.erasures)
  erasures({ query, caller }: RouteInput<typeof api.erasures>): Promise<RouteOutput<typeof api.erasures>> {
    return this.erasing.list(caller, query);
  }

  @Route(api.erasure)
  erasure({ params, caller }: RouteInput<typeof api.erasure>): Promise<RouteOutput<typeof api.erasure>> {
    return this.erasing.find(caller, params.id);
  }

  /** All that is kept of a person, as JSON, written as it is read: it may be of any length. */
  @Get(fileRoutes.exportProfile.path)
  @Access(fileRoutes.exportProfile.access)
  async export(@Req() request: AuthorizedRequest, @Res() response: Response, @Param() params: unknown): Promise<void> {
    const caller = callerOf(request);
    const { id } = parseInput(idParams, params);
    const isAsked = request.method !== 'HEAD';
    const data = await this.exports.open(caller, { id, isAsked });
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="person-${data.id}.json"`,
      'Cache-Control': 'no-store',
    });
    if (!isAsked) return void response.end();
    await pipeline(data.text, response).catch((error: unknown) => {
      // Whoever has gone needs no answer; a file that ends early must not look whole.
      if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      response.destroy();
      throw error;
    });
  }
}

import { Injectable } from '@nestjs/common';
import { locationEvent, locationTrait, mostPlaces } from '@wend/contract';
import type { api, PlaceInput } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Watches } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { notFound, UserError } from '../platform/errors/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { PlaceRepository, TooManyPlaces } from './place.repository.js';
import type { PlaceCursor, PlaceRow, SavedCounts } from './place.repository.js';
import { readPlaces } from './read-places.js';

const watcher = 'places/all';
const problemsShown = 20;
const tagsShown = 500;

/** The circles of a workspace. While there are any, locations of its people are watched. */
@Injectable()
export class PlacesService {
  constructor(
    private readonly repository: PlaceRepository,
    private readonly watches: Watches,
    private readonly audit: AuditLog,
  ) {}

  async list(
    scope: Scope,
    { search, tag, externalIds, cursor, limit }: RouteInput<typeof api.places>['query'],
  ): Promise<RouteOutput<typeof api.places>> {
    const [found, total, tags] = await Promise.all([
      this.repository.list(scope, {
        search: search?.trim() || null,
        tag: tag?.trim() || null,
        externalIds: readIds(externalIds),
        after: readCursor(cursor),
        limit: limit + 1,
      }),
      this.repository.count(scope),
      this.repository.tags(scope, tagsShown),
    ]);
    const last = found[limit - 1];
    return {
      total,
      tags,
      items: found.slice(0, limit).map(placeOf),
      next: found.length > limit && last ? writeCursor(last) : null,
    };
  }

  /** 422 when there would be too many: then none is saved. */
  save(caller: Caller, places: readonly PlaceInput[]): Promise<SavedCounts> {
    return this.saveAll(caller, { places, by: 'places.save' });
  }

  /** Bad rows are told of and left out. */
  async import(
    caller: Caller,
    { csv, dryRun }: RouteInput<typeof api.importPlaces>['body'],
  ): Promise<RouteOutput<typeof api.importPlaces>> {
    const places: PlaceInput[] = [];
    const problems: { line: number; problem: string }[] = [];
    for await (const read of readPlaces(csv))
      if ('place' in read) places.push(read.place);
      else problems.push(read);
    const counts = await this.saveAll(caller, { places, dryRun, by: 'places.import' });
    return {
      ...counts,
      rows: places.length + problems.length,
      bad: problems.length,
      problems: problems.slice(0, problemsShown),
    };
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.repository.transaction(async (sql) => {
      const name = await this.repository.remove(caller, { sql, id });
      if (name === null) throw notFound('place');
      await this.watch(caller, sql);
      await this.audit.record(caller, { action: 'places.remove', subject: `place:${id}`, detail: { name }, sql });
    });
  }

  private async saveAll(
    caller: Caller,
    { places, by, dryRun = false }: { places: readonly PlaceInput[]; by: string; dryRun?: boolean },
  ): Promise<SavedCounts> {
    let counts: SavedCounts = { created: 0, updated: 0, unchanged: 0 };
    if (places.length === 0) return counts;
    try {
      await this.repository.transaction(async (sql) => {
        counts = await this.repository.save(caller, { sql, places });
        // The counts are those of a real run: it is undone.
        if (dryRun) throw new Undone();
        if (counts.created > 0) await this.watch(caller, sql);
        if (counts.created + counts.updated > 0)
          await this.audit.record(caller, {
            action: by,
            subject: `workspace:${caller.workspaceId}`,
            detail: { ...counts },
            sql,
          });
      });
    } catch (error) {
      if (error instanceof TooManyPlaces)
        throw new UserError(
          'too-many-places',
          `A workspace can have ${mostPlaces.toLocaleString('en')} places. None of these was saved. Delete some that you no longer need.`,
          { status: 422, errors: [{ path: 'places', message: `would be more than ${mostPlaces}` }] },
        );
      if (!(error instanceof Undone)) throw error;
    }
    return counts;
  }

  private async watch(scope: Scope, sql: Sql): Promise<void> {
    const any = (await this.repository.count(scope, sql)) > 0;
    await this.watches.set(scope, {
      sql,
      watcher,
      watches: any
        ? [
            { what: 'event', name: locationEvent },
            { what: 'trait', name: locationTrait },
            // Whom an import makes has traits from the beginning: none of them changes.
            { what: 'profile', name: 'created' },
          ]
        : [],
    });
  }
}

class Undone extends Error {}

function placeOf(row: PlaceRow): RouteOutput<typeof api.places>['items'][number] {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    lat: row.lat,
    lng: row.lng,
    radius: row.radius,
    tags: row.tags,
    dwellMinutes: row.dwell_minutes,
    quietHours: row.quiet_hours,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function writeCursor({ name, id }: PlaceCursor): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

function readCursor(cursor: string | undefined): PlaceCursor | null {
  if (cursor === undefined) return null;
  try {
    const [name, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    if (
      typeof name === 'string' &&
      !name.includes('\u0000') &&
      typeof id === 'string' &&
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    )
      return { name, id };
  } catch {
    // Falls through to the error below.
  }
  throw new UserError('invalid-cursor', 'This page cursor isn’t valid. Load the list again from the start.', {
    errors: [{ path: 'cursor', message: 'isn’t a cursor for this list' }],
  });
}

/** Null when none are named. */
function readIds(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    ids = null;
  }
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids;
  const message = 'must be a JSON list of texts, such as ["gangnam","1042"]';
  throw new UserError('invalid-request', `“externalIds” ${message}.`, { errors: [{ path: 'externalIds', message }] });
}

import { Injectable } from '@nestjs/common';
import { holds, valueAt } from '@wend/engine';
import type { Heard } from '../changes/index.js';
import { Entering, entryKeyOf, isTooOld, keepRefusals, togetherOrAlone } from '../enrollments/index.js';
import type { EntryCandidate } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { WindowDecisions } from './window-decisions.service.js';
import type { Decided } from './window-decisions.service.js';
import { WindowKinds } from './window-kinds.js';
import { WindowEventRepository } from './window-event.repository.js';
import { WindowStepRepository } from './window-step.repository.js';
import { placeOf, WindowRepository } from './window.repository.js';
import type { NewWindow } from './window.repository.js';
import { isAfter, momentOf } from './window.js';
import type { NextWindow, WindowEvent, WindowStep } from './window.js';

const dueAtOnce = 500;
const sweptAtOnce = 5_000;

type Opened = { event: WindowEvent; step: WindowStep };

/** Opens windows by what people do, and lets in by what they did until the end of them. */
@Injectable()
export class EntryWindows {
  constructor(
    private readonly database: Database,
    private readonly windows: WindowRepository,
    private readonly events: WindowEventRepository,
    private readonly steps: WindowStepRepository,
    private readonly kinds: WindowKinds,
    private readonly decisions: WindowDecisions,
    private readonly entering: Entering,
  ) {}

  /** What people did: of what opens no window nothing is done. What was imported, and what demo people did, opens none. */
  async heard(scope: Scope, { sql, changes }: Heard): Promise<void> {
    const heard = changes.flatMap(({ what, origin, event }) =>
      what === 'event' && origin === 'live' && event ? [event] : [],
    );
    if (heard.length === 0) return;
    const steps = await this.steps.steps(scope, sql);
    if (steps.length === 0) return;
    const events = await this.events.events(scope, { sql, places: heard });
    const found = [...events.values()].sort(byReceipt).flatMap((event) =>
      steps
        .filter(({ entry }) => this.kinds.of(entry.kind).opensBy(entry) === event.name)
        .filter(({ entry }) => holds(entry.where, { property: event.properties }))
        .map((step) => ({ event, step })),
    );
    if (found.length > 0) await this.open(scope, { sql, found });
  }

  private async open(scope: Scope, { sql, found }: { sql: Sql; found: readonly Opened[] }): Promise<void> {
    const people = await this.events.hold(scope, { sql, profileIds: found.map(({ event }) => event.profile_id) });
    const windows: (NewWindow & { profileId: string; shared: boolean })[] = [];
    const refused: Parameters<typeof keepRefusals>[1][number][] = [];
    for (const { event, step } of found) {
      const profileId = people.get(event.profile_id);
      if (profileId === undefined) continue;
      const { entry, reentry, journey_id, version_id, node, opening } = step;
      if ('maxAgeSeconds' in entry && isTooOld(entry, event)) {
        const key = reentry.key ? entryKeyOf(valueAt(event.properties, reentry.key)) : '';
        const seen = { time: event.time.getTime(), received: event.received_at.getTime() };
        const journey = { workspace_id: scope.workspaceId, journey_id, version_id };
        refused.push({ entry: journey, node, profileId, reason: 'too-old', at: Date.now(), key, seen });
        continue;
      }
      const kind = this.kinds.of(entry.kind);
      const key = kind.keyOf({ entry, reentry, event });
      const { shared } = kind;
      windows.push({ journey_id, node, opening, key, event, profileId, shared, dueAt: kind.dueAt({ entry, event }) });
    }
    const shared = windows.filter((each) => each.shared);
    const taken = await this.windows.openKeys(scope, { sql, windows: shared });
    const fresh = windows.filter((each) => {
      if (!each.shared) return true;
      const place = placeOf(each);
      const isFirst = !taken.has(place);
      taken.add(place);
      return isFirst;
    });
    await this.windows.open(scope, { sql, windows: fresh });
    await keepRefusals(sql, refused);
  }

  /** Takes some windows away whose entry was closed. True: there may be more to do. */
  async sweep(): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const step = await this.steps.lockBusy(sql);
      if (!step) return false;
      await this.steps.sweep({ workspaceId: step.workspace_id }, { sql, step, limit: sweptAtOnce });
      return true;
    });
  }

  /** Decides about some windows that have ended. True: there may be more. `now`: ms. */
  async letIn(now = Date.now()): Promise<boolean> {
    const claimed = await this.windows.claim(new Date(now), dueAtOnce);
    await togetherOrAlone(claimed, {
      work: (scope, rows) => this.settle(scope, { ids: rows.map(({ id }) => id), now }),
      failed: 'it could not be decided whether a person enters; again soon',
    });
    return claimed.length === dueAtOnce;
  }

  /**
   * Looks at windows, asks for those who would come in, and decides in the transaction that lets them in, by what has
   * been accepted until then. What has become of a window and that it is gone is one truth.
   */
  private async settle(scope: Scope, { ids, now }: { ids: readonly string[]; now: number }): Promise<void> {
    const steps = await this.steps.steps(scope);
    const seen = await this.decide(scope, { steps, ids, now });
    // In the order of what people did, as the re-entry rule sees it.
    const coming = [...seen.values()]
      .filter(({ window }) => ids.includes(window.id))
      .sort((a, b) => (isAfter(momentOf(a.window), momentOf(b.window)) ? 1 : -1))
      .flatMap((decided) => {
        const candidate = this.candidateOf(scope, decided);
        return candidate ? [{ id: decided.window.id, candidate }] : [];
      });
    const asked = new Set(coming.map(({ id }) => id));
    let settled = new Map<string, Decided>();
    let held = new Set<string>();
    await this.entering.enter(
      coming.map(({ candidate }) => candidate),
      {
        still: async ({ sql, people }) => {
          settled = await this.decide(scope, { sql, steps, ids, now });
          held = new Set();
          // What is not heard yet would open another window, by what this one may be of.
          const unheard = await this.events.unheard(scope, { sql, profileIds: [...people.values()] });
          const places = coming.flatMap(({ id }, place) => {
            const profileId = people.get(place)!;
            const now = settled.get(id);
            const same =
              now !== undefined &&
              'enter' in now.verdict &&
              eventOf(seen.get(id)) === now.verdict.enter.id &&
              now.window.profile_id === profileId;
            const stays = same && !unheard.has(profileId);
            if (!stays) held.add(id);
            return stays ? [place] : [];
          });
          return new Set(places);
        },
        also: async ({ sql }) => {
          const gone: string[] = [];
          const until = new Map<string, Date>();
          const next = new Map<string, NextWindow>();
          for (const [id, { window, verdict }] of settled) {
            const mine = ids.includes(id);
            const entered = mine && asked.has(id) && !held.has(id);
            if (entered && 'enter' in verdict && verdict.next) next.set(id, verdict.next);
            else if ('over' in verdict || entered) gone.push(id);
            // Who came between the look and the decision is looked at again at once.
            else if (mine) until.set(id, 'until' in verdict ? verdict.until : window.due_at);
          }
          await this.windows.remove(scope, { sql, ids: gone });
          await this.windows.putOff(scope, { sql, until });
          await this.windows.reopen(scope, { sql, next });
        },
      },
    );
  }

  private async decide(
    scope: Scope,
    { sql, steps, ids, now }: { sql?: Sql; steps: readonly WindowStep[]; ids: readonly string[]; now: number },
  ): Promise<Map<string, Decided>> {
    const windows = await this.windows.groupsOf(scope, { ...(sql && { sql }), ids });
    return this.decisions.decide(scope, { ...(sql && { sql }), steps, windows, now });
  }

  private candidateOf({ workspaceId }: Scope, { window, step, verdict }: Decided): EntryCandidate | null {
    if (!step || !('enter' in verdict)) return null;
    const { enter: event } = verdict;
    const { cause } = this.kinds.of(step.entry.kind);
    return {
      workspaceId,
      journeyId: step.journey_id,
      node: step.node,
      profileId: window.profile_id,
      // By one event nobody comes in twice.
      cause: { name: `${cause}/${step.node}/${event.id}/${window.profile_id}` },
      name: event.name,
      at: event.time.getTime(),
      data: event.properties,
    };
  }
}

function eventOf(decided: Decided | undefined): string | null {
  return decided && 'enter' in decided.verdict ? decided.verdict.enter.id : null;
}

function byReceipt(one: WindowEvent, other: WindowEvent): number {
  return BigInt(one.position) < BigInt(other.position) ? -1 : 1;
}

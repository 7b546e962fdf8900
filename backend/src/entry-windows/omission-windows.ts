import { Injectable } from '@nestjs/common';
import type { EntryOf } from '@wend/contract';
import { holds, valueAt } from '@wend/engine';
import { entryKeyOf } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { decideOmissions } from './omission.js';
import { OmissionRepository } from './omission.repository.js';
import type { Followed } from './omission.repository.js';
import { isAfter } from './window.js';
import type { EntryWindow, Verdict, WindowEvent } from './window.js';
import type { WindowKind } from './window-kind.js';
import { WindowEventRepository } from './window-event.repository.js';

/** Who did one thing and not another within a time. Each first event opens a window; those of one run key are one. */
@Injectable()
export class OmissionWindows implements WindowKind<'omission'> {
  readonly kind = 'omission';
  readonly cause = 'omission';
  readonly shared = false;

  constructor(
    private readonly events: WindowEventRepository,
    private readonly repository: OmissionRepository,
  ) {}

  opensBy({ event }: EntryOf<'omission'>): string {
    return event;
  }

  keyOf({ reentry, event }: Parameters<WindowKind<'omission'>['keyOf']>[0]): string {
    return reentry.key ? entryKeyOf(valueAt(event.properties, reentry.key)) : '';
  }

  dueAt({ entry, event }: Parameters<WindowKind<'omission'>['dueAt']>[0]): Date {
    return new Date(event.time.getTime() + entry.withinSeconds * 1_000);
  }

  words({ entry, at, over }: Parameters<WindowKind<'omission'>['words']>[0]): string {
    const { event, without } = entry;
    const same = without.same ? ` of the same ${without.same.property}` : '';
    return over
      ? `did ${event} on ${at}, and then ${without.event}${same}`
      : `did ${event} on ${at}. They enter when the window ends, unless they do ${without.event}${same} first`;
  }

  /**
   * What a person did last about an entry, where it kept them out: the event that opened a window and the other one that
   * followed in time. Null where nothing did, or the window is still open.
   */
  async keptOut(
    scope: Scope,
    { profileId, entry, now }: { profileId: string; entry: EntryOf<'omission'>; now: number },
  ): Promise<{ opened: Date; followed: Date } | null> {
    const event = await this.repository.lastOpening(scope, { profileId, entry });
    if (!event) return null;
    const due = new Date(event.time.getTime() + entry.withinSeconds * 1_000);
    if (due.getTime() > now) return null;
    const window: EntryWindow = {
      id: event.id,
      journey_id: '',
      node: entry.node,
      opening: 0,
      profile_id: profileId,
      key: '',
      event_id: event.id,
      received_at: event.received_at,
      happened_at: event.time,
      position: event.position,
      due_at: due,
    };
    const followed = await this.repository.followed(scope, { omitted: entry.without, windows: [window] });
    const first = firstOf({ entry, window, event, followed });
    return first && first.time <= due ? { opened: event.time, followed: first.time } : null;
  }

  async decide(
    scope: Scope,
    { sql, entry, windows, now }: Parameters<WindowKind<'omission'>['decide']>[1],
  ): Promise<Map<string, Verdict>> {
    const places = windows.map((each) => ({ id: each.event_id, receivedAt: each.received_at }));
    const events = await this.events.events(scope, { ...(sql && { sql }), places });
    const followed = await this.repository.followed(scope, { ...(sql && { sql }), omitted: entry.without, windows });
    const groups = new Map<string, Parameters<typeof decideOmissions>[0][number][]>();
    for (const window of windows) {
      const event = fitting(entry, events.get(window.event_id));
      const group = window.key === '' ? window.id : `${window.profile_id} ${window.key}`;
      const first = event && firstOf({ entry, window, event, followed });
      groups.set(group, [...(groups.get(group) ?? []), { window, event, followed: first }]);
    }
    return new Map([...groups.values()].flatMap((group) => [...decideOmissions(group, now)]));
  }
}

/** The event, where it would still open a window: the entry may say something else by now. */
function fitting(entry: EntryOf<'omission'>, event: WindowEvent | undefined): WindowEvent | null {
  return event?.name === entry.event && holds(entry.where, { property: event.properties }) ? event : null;
}

/** The first event that keeps the person out. */
function firstOf({
  entry,
  window,
  event,
  followed,
}: {
  entry: EntryOf<'omission'>;
  window: EntryWindow;
  event: WindowEvent;
  followed: readonly Followed[];
}): Followed | null {
  const { same } = entry.without;
  const counts = followed.filter(
    (each) =>
      each.window === window.id &&
      (!same ||
        holds(
          { op: 'compare', left: { source: 'property', path: 'value' }, is: 'equals', value: { entry: same.of } },
          { property: { value: each.value }, entry: event.properties },
        )),
  );
  return counts.reduce<Followed | null>((first, each) => (first === null || isAfter(first, each) ? each : first), null);
}

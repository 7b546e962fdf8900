import { Injectable } from '@nestjs/common';
import { durationWords } from '@wend/contract';
import type { EntryOf, Json } from '@wend/contract';
import { valueAt } from '@wend/engine';
import { entryKeyOf } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { BurstRepository } from './burst.repository.js';
import type { SinceOpened } from './burst.repository.js';
import { decideBursts } from './debounce.js';
import type { BurstVerdict } from './debounce.js';
import type { EntryWindow, Verdict } from './window.js';
import type { WindowKind } from './window-kind.js';
import { WindowEventRepository } from './window-event.repository.js';

/** The last of several events that follow each other, when it has been quiet. A window of each key of a person. */
@Injectable()
export class DebounceWindows implements WindowKind<'debounce'> {
  readonly kind = 'debounce';
  readonly cause = 'debounce';
  readonly shared = true;

  constructor(
    private readonly events: WindowEventRepository,
    private readonly repository: BurstRepository,
  ) {}

  opensBy({ event }: EntryOf<'debounce'>): string {
    return event;
  }

  keyOf({ entry, event }: Parameters<WindowKind<'debounce'>['keyOf']>[0]): string {
    return keyText(entry.key === undefined ? undefined : valueAt(event.properties, entry.key));
  }

  dueAt({ entry, event }: Parameters<WindowKind<'debounce'>['dueAt']>[0]): Date {
    return new Date(event.received_at.getTime() + Math.min(entry.quietSeconds, entry.mostSeconds) * 1_000);
  }

  words({ entry, at }: Parameters<WindowKind<'debounce'>['words']>[0]): string {
    const { event, quietSeconds } = entry;
    return `did ${event} on ${at}. They enter when there was no other one for ${durationWords(quietSeconds)}`;
  }

  async decide(
    scope: Scope,
    { sql, entry, windows, now }: Parameters<WindowKind<'debounce'>['decide']>[1],
  ): Promise<Map<string, Verdict>> {
    const since = await this.repository.since(scope, { ...(sql && { sql }), entry, windows });
    const verdicts = new Map<string, BurstVerdict>();
    for (const group of groupsOf(windows, since)) {
      const [quietMs, mostMs] = [entry.quietSeconds * 1_000, entry.mostSeconds * 1_000];
      for (const [id, verdict] of decideBursts({ ...group, quietMs, mostMs, now })) verdicts.set(id, verdict);
    }
    const lasts = [...verdicts.values()].flatMap((each) => ('last' in each ? [each.last] : []));
    const places = lasts.map(({ id, received_at }) => ({ id, receivedAt: received_at }));
    const events = await this.events.events(scope, { ...(sql && { sql }), places });
    return new Map(
      [...verdicts].map(([id, verdict]): [string, Verdict] => {
        if (!('last' in verdict)) return [id, verdict];
        const enter = events.get(verdict.last.id);
        return [id, enter ? { enter, next: verdict.next } : { over: 'unfit' }];
      }),
    );
  }
}

/** What is no value is one of its own, beside the empty text. */
function keyText(value: Json | undefined): string {
  return value === undefined || value === null ? 'none' : `is ${entryKeyOf(value)}`;
}

/** Windows by person and by the key that their event has now, with what came since the first of them. */
function groupsOf(
  windows: readonly EntryWindow[],
  since: readonly SinceOpened[],
): { windows: EntryWindow[]; events: SinceOpened[] }[] {
  const groups = new Map<string, { windows: EntryWindow[] }>();
  const keys = new Map(since.map((each) => [each.id, keyText(each.key)]));
  for (const window of windows) {
    // The entry may have another key by now.
    const key = keys.get(window.event_id) ?? window.key;
    const group = groups.get(`${window.profile_id} ${key}`) ?? { windows: [] };
    group.windows.push(window);
    groups.set(`${window.profile_id} ${key}`, group);
  }
  const events = new Map<string, SinceOpened[]>();
  for (const each of since) {
    const group = `${each.profile_id} ${keys.get(each.id)}`;
    const known = events.get(group);
    if (known) known.push(each);
    else events.set(group, [each]);
  }
  return [...groups].map(([group, { windows: own }]) => {
    const first = own.reduce((one, each) => (BigInt(each.position) < BigInt(one.position) ? each : one));
    const came = events.get(group) ?? [];
    return { windows: own, events: came.filter(({ position }) => BigInt(position) >= BigInt(first.position)) };
  });
}

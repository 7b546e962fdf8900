import { Injectable } from '@nestjs/common';
import type { ConsentTrait } from '@wend/contract';
import { ChangeListeners } from '../changes/index.js';
import type { Heard } from '../changes/index.js';
import type { Scope } from '../platform/database/index.js';
import { ConsentService } from './consent.service.js';
import { ConsentTraitRepository } from './consent-trait.repository.js';

const yes = new Set(['true', 'yes', 'y', '1', 'on', 'subscribed', 'opted_in']);
const no = new Set(['false', 'no', 'n', '0', 'off', 'unsubscribed', 'opted_out']);

/** Whether a trait says that somebody wants messages; null where it says neither yes nor no. */
export function wantsOf(value: unknown): boolean | null {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : String(value);
  return yes.has(word) ? true : no.has(word) ? false : null;
}

/**
 * Takes what people say by mapped traits, whichever way a trait was set: as of the time at which it was, so that what was
 * said since stays. A trait that is set to the same again says nothing, and none brings back whoever wants nothing at
 * all.
 */
@Injectable()
export class ConsentTraitFollower {
  constructor(
    private readonly traits: ConsentTraitRepository,
    private readonly consents: ConsentService,
    listeners: ChangeListeners,
  ) {
    listeners.add({ name: 'consents', changed: (scope, heard) => this.changed(scope, heard) });
  }

  async changed(scope: Scope, { sql, changes, at }: Heard): Promise<void> {
    const mine = changes.filter(({ what }) => what === 'trait' || what === 'profile');
    if (mine.length === 0) return;
    const mapped = await this.traits.list(scope, sql);
    for (const [trait, targets] of byTrait(mapped)) {
      const ids = mine
        .filter(({ what, name }) => what === 'profile' || name === trait)
        .map(({ profileId }) => profileId);
      if (ids.length === 0) continue;
      for (const { id: profileId, value, at: since } of await this.traits.values(scope, { sql, ids, trait })) {
        const wants = wantsOf(value);
        if (wants === null) continue;
        for (const { channel, topic } of targets)
          await this.consents.state(scope, {
            sql,
            profileId,
            statement: {
              channel,
              topic: topic ?? '',
              state: wants ? 'subscribed' : 'unsubscribed',
              at: Math.min(since ?? at, at),
            },
            evidence: { source: 'identify', actor: `trait:${trait}` },
          });
      }
    }
  }
}

function byTrait(items: readonly ConsentTrait[]): Map<string, ConsentTrait[]> {
  const found = new Map<string, ConsentTrait[]>();
  for (const item of items) found.set(item.trait, [...(found.get(item.trait) ?? []), item]);
  return found;
}

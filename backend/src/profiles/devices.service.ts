import { Injectable } from '@nestjs/common';
import type { Scope } from '../platform/database/index.js';
import { DeviceRepository, registerDevices } from './device.repository.js';
import type { SeenDevice } from './device.repository.js';
import { identitiesOf } from './identity-plan.js';
import type { Person } from './identity-plan.js';
import { claimProfiles, lockPeople, writeIdentities } from './identity.repository.js';
import { mergeProfiles } from './merge.repository.js';
import { planPeople } from './plan-people.js';
import { retryConflicts } from './retry-conflicts.js';

/** Devices that apps and browsers register themselves. Those that events bring are written with the events. */
@Injectable()
export class DevicesService {
  constructor(private readonly repository: DeviceRepository) {}

  /**
   * Makes it a device of this person, who is created or joined as by an event with the same ids. Resolves after the
   * commit.
   */
  async register(
    scope: Scope,
    { person, device }: { person: Person; device: Omit<SeenDevice, 'profileId'> },
  ): Promise<void> {
    await retryConflicts(
      () =>
        this.repository.transaction(async (sql) => {
          const wanted = identitiesOf(person).map((who) => ({ who, traits: false }));
          const { known } = await lockPeople(scope, { sql, wanted });
          const plan = await planPeople(scope, { sql, people: [person], known });
          if (plan.creates.length + plan.links.length > 0)
            await writeIdentities(scope, { sql, plan, demo: false, createdAt: () => new Date(device.seenAt) });
          await claimProfiles(scope, { sql, claims: plan.claims });
          await mergeProfiles(scope, { sql, merges: plan.merges });
          const [profileId] = plan.profileIds;
          await registerDevices(scope, { sql, devices: [{ ...device, profileId: profileId! }], always: true });
        }),
      { what: 'a device was registered' },
    );
  }

  /** Whoever it belongs to; one that is not there is fine. */
  remove(scope: Scope, device: { kind: string; token: string }): Promise<void> {
    return this.repository.remove(scope, device);
  }

  /** The different texts of a field of what these kinds of devices need beside their token. */
  dataOf(scope: Scope, of: { kinds: readonly string[]; field: string }): Promise<string[]> {
    return this.repository.dataOf(scope, of);
  }
}

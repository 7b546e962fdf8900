import { channelOf, isChannel } from '@wend/contract';
import type { OperandOf } from '@wend/contract';
import type { Person } from '../person.js';
import type { OperandSql } from './operand.js';

export const reachable: OperandSql<'reachable'> = {
  ofPerson: { value: (operand, person) => `to_jsonb(${canReach(operand, person)})` },
};

/**
 * A boolean, never null: as `ChannelRegistry.canReach` and the list of suppressed addresses say. Telephone numbers are
 * told by their form: which lengths a country has, only the library that sends knows. A channel whose address its
 * package's code alone finds reaches whoever has not left it.
 */
export function canReach({ channel }: OperandOf<'reachable'>, person: Person): string {
  // As of a package that is gone.
  if (!isChannel(channel)) return 'false';
  const { address } = channelOf(channel);
  if (address === null) return 'true';
  const { profile, workspace, parameters } = person;
  const named = parameters.add(channel, 'text');
  const left = `exists (select from consents c where c.workspace_id = ${workspace} and c.profile_id = ${profile}.id and c.channel = ${named} and c.topic = '' and c.state <> 'subscribed')`;
  if (address.devices) {
    const kinds = parameters.add(address.devices, 'text[]');
    return `(not ${left} and exists (select from devices d where d.workspace_id = ${workspace} and d.profile_id = ${profile}.id and d.kind = any(${kinds}) and d.permission <> 'denied'))`;
  }
  if (!address.trait) return `(not ${left})`;
  const suppressed = `select s.address from suppressions s where s.workspace_id = ${workspace} and s.channel = ${named} and s.released_at is null and s.address is not null`;
  return `(not ${left} and (select found.address is not null and left(found.address, 320) not in (${suppressed}) from (select ${addressSql(address.trait, person)} as address offset 0) found))`;
}

function addressSql(trait: string, { traits, workspace, parameters }: Person): string {
  if (trait === 'email') return `email_address(${traits})`;
  if (trait === 'phone')
    return `phone_address(${traits}, (select w.country from workspaces w where w.id = ${workspace}))`;
  return `trait_text(${traits}, ${parameters.add([trait], 'text[]')})`;
}

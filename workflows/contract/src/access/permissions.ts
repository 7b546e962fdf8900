/**
 * Who may do what. A route names the permission that it takes; a role, and a scope of an API key, lists what it gives.
 * What is not listed is refused: a new role, scope or permission gives nobody anything until it stands here.
 */
export const permissions = [
  'account.use',
  'alarms.manage',
  'alarms.read',
  'apiKeys.manage',
  'approvals.answer',
  'approvals.read',
  'businessEvents.read',
  'businessEvents.send',
  'catalogue.manage',
  'channels.manage',
  'channels.read',
  'connections.read',
  'content.preview',
  'delivery.manage',
  'delivery.read',
  'demo.send',
  'events.read',
  'events.send',
  'failedEvents.read',
  'failedEvents.retry',
  'journeys.control',
  'journeys.edit',
  'journeys.publish',
  'journeys.read',
  'journeys.trigger',
  'members.read',
  'messages.act',
  'messages.cancel',
  'messages.export',
  'messages.read',
  'messages.resend',
  'messages.test',
  'places.manage',
  'places.read',
  'profiles.delete',
  'profiles.edit',
  'profiles.export',
  'profiles.import',
  'profiles.read',
  'runs.cancel',
  'runs.read',
  'runs.test',
  'segments.edit',
  'segments.read',
  'suppressions.manage',
  'suppressions.read',
  'templates.manage',
  'topics.manage',
  'topics.read',
  'workspace.manage',
] as const;
export type Permission = (typeof permissions)[number];

/** What a route asks for: a permission of whoever calls, or nothing. */
export type Access = 'public' | Permission;

const looking = [
  'account.use',
  'alarms.read',
  'approvals.read',
  'businessEvents.read',
  'channels.read',
  'content.preview',
  'delivery.read',
  'events.read',
  'journeys.read',
  'members.read',
  'messages.act',
  'messages.read',
  'places.read',
  'profiles.read',
  'runs.read',
  'segments.read',
  'suppressions.read',
  'topics.read',
] as const;
const building = [
  'approvals.answer',
  'businessEvents.send',
  'catalogue.manage',
  'demo.send',
  'journeys.control',
  'journeys.edit',
  'journeys.publish',
  'journeys.trigger',
  'messages.cancel',
  'messages.export',
  'messages.resend',
  'messages.test',
  'places.manage',
  'profiles.edit',
  'profiles.export',
  'profiles.import',
  'runs.cancel',
  'runs.test',
  'segments.edit',
  'topics.manage',
] as const;
const connecting = [
  'apiKeys.manage',
  'connections.read',
  'events.send',
  'failedEvents.read',
  'failedEvents.retry',
  'templates.manage',
] as const;
const administering = [
  'alarms.manage',
  'channels.manage',
  'delivery.manage',
  'profiles.delete',
  'suppressions.manage',
  'workspace.manage',
] as const;

/** To add a role, add its entry. */
const roleTable = {
  owner: [...looking, ...building, ...connecting, ...administering],
  admin: [...looking, ...building, ...connecting, ...administering],
  marketer: [...looking, ...building],
  developer: [...looking, ...building, ...connecting],
  analyst: looking,
} as const satisfies Record<string, readonly Permission[]>;

const reading = [
  'alarms.read',
  'approvals.read',
  'businessEvents.read',
  'channels.read',
  'delivery.read',
  'events.read',
  'failedEvents.read',
  'journeys.read',
  'messages.read',
  'places.read',
  'profiles.read',
  'runs.read',
  'segments.read',
  'suppressions.read',
  'topics.read',
] as const;

/**
 * A key may do what one of its scopes gives and the role of its maker has. A permission that no scope gives is for
 * people only. A scope that gives nothing is not here: it would promise something.
 */
const scopeTable = {
  ingest: ['events.send'],
  'journeys:trigger': ['journeys.trigger'],
  'business-events:send': ['businessEvents.send'],
  read: reading,
  admin: [
    ...reading,
    'approvals.answer',
    'businessEvents.send',
    'catalogue.manage',
    'delivery.manage',
    'events.send',
    'failedEvents.retry',
    'journeys.control',
    'journeys.edit',
    'journeys.publish',
    'journeys.trigger',
    'messages.cancel',
    'messages.export',
    'messages.resend',
    'places.manage',
    'profiles.delete',
    'profiles.edit',
    'profiles.export',
    'profiles.import',
    'runs.cancel',
    'runs.test',
    'segments.edit',
    'suppressions.manage',
    'topics.manage',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof roleTable;
export type ApiKeyScope = keyof typeof scopeTable;

export const roles = Object.keys(roleTable) as Role[];
export const apiKeyScopes = Object.keys(scopeTable) as ApiKeyScope[];

const rolesOf = holders<Role>(roleTable);
const scopesOf = holders<ApiKeyScope>(scopeTable);

/** The roles that have a permission. */
export function rolesWith(permission: Permission): readonly Role[] {
  return rolesOf.get(permission) ?? [];
}

/** The scopes of API keys that give a permission; none when it is for people only. */
export function scopesWith(permission: Permission): readonly ApiKeyScope[] {
  return scopesOf.get(permission) ?? [];
}

function holders<Name extends string>(table: Record<Name, readonly Permission[]>): Map<Permission, Name[]> {
  const names = Object.keys(table) as Name[];
  return new Map(
    permissions.map((permission) => [permission, names.filter((name) => table[name].includes(permission))]),
  );
}

/** Scopes of an API key. `admin` holds them all. */
export const apiKeyScopes = ['ingest', 'journeys:trigger', 'read', 'admin'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

export const roles = ['owner', 'admin', 'marketer', 'developer', 'analyst'] as const;
export type Role = (typeof roles)[number];

export const everyone = roles;
export const editors = ['owner', 'admin', 'marketer', 'developer'] as const satisfies readonly Role[];
export const administrators = ['owner', 'admin'] as const satisfies readonly Role[];
export const builders = ['owner', 'admin', 'developer'] as const satisfies readonly Role[];

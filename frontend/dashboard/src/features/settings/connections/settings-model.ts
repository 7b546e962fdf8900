import type { Connection, Json, JsonObject, ProviderForm, SettingMeta } from '@wend/contract';

/** A setting of a provider as the form draws it: its JSON Schema, with what its author says about it. */
export type Setting = SettingMeta & {
  name: string;
  kind: 'text' | 'number' | 'switch' | 'select' | 'secret' | 'made';
  choices: readonly { value: string; label: string }[];
  minimum?: number | undefined;
  maximum?: number | undefined;
  start: Json;
  /** It must be filled in before anything can be saved. */
  required: boolean;
};

/** The settings of a provider in their order; keys that it makes and shows to nobody are none. */
export function settingsOf({ settings: schema }: ProviderForm): Setting[] {
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  const fields = Object.entries((schema?.['properties'] ?? {}) as Record<string, JsonObject & SettingMeta>);
  return fields
    .filter(([, { made, secret }]) => !(made && secret))
    .map(([name, { type, enum: values, default: start, minimum, maximum, ...meta }]) => {
      const kind = kindOf({ type, values, meta: meta as SettingMeta });
      return {
        ...(meta as SettingMeta),
        name,
        kind,
        choices: ((values ?? []) as string[]).map((value) => ({ value, label: meta.options?.[value] ?? value })),
        minimum: minimum as number | undefined,
        maximum: maximum as number | undefined,
        start: (start as Json | undefined) ?? (kind === 'switch' ? false : ''),
        required: required.includes(name),
      };
    });
}

function kindOf({ type, values, meta }: { type: unknown; values: unknown; meta: SettingMeta }): Setting['kind'] {
  if (meta.secret === true) return 'secret';
  if (meta.made === true) return 'made';
  if (Array.isArray(values)) return 'select';
  if (type === 'boolean') return 'switch';
  return type === 'integer' || type === 'number' ? 'number' : 'text';
}

/** What the form begins with: what is saved, else what is usual. Secrets never come back, so they begin empty. */
export function startValues(settings: readonly Setting[], connection: Connection | null): JsonObject {
  return Object.fromEntries(
    settings.map(({ name, kind, start }) => [
      name,
      kind === 'secret' ? '' : ((connection?.settings[name] as Json | undefined) ?? start),
    ]),
  );
}

/** The values after a change of one; others that follow it, such as a port, do so while they have a usual value. */
export function changed(
  settings: readonly Setting[],
  { values, name, to }: { values: JsonObject; name: string; to: Json },
): JsonObject {
  const following = settings.flatMap(({ name: other, usual }): [string, Json][] => {
    const next = usual?.by === name ? usual.values[String(to)] : undefined;
    return usual && next !== undefined && Object.values(usual.values).includes(values[other] as string | number)
      ? [[other, next]]
      : [];
  });
  return { ...values, [name]: to, ...Object.fromEntries(following) };
}

/** What there is to show: what the provider makes is not there before it is saved, or where it made nothing. */
export function shownSettings(settings: readonly Setting[], connection: Connection | null): Setting[] {
  return settings.filter(({ name, kind }) => kind !== 'made' || (connection?.settings[name] ?? '') !== '');
}

/** What is sent to be saved: secrets that are left empty stay as they are, and what the provider makes it makes anew. */
export function bodyOf(settings: readonly Setting[], values: JsonObject): JsonObject {
  return Object.fromEntries(
    settings.flatMap(({ name, kind }): [string, Json][] =>
      kind === 'made' || (kind === 'secret' && values[name] === '') ? [] : [[name, values[name] ?? null]],
    ),
  );
}

/** Whether something that is needed is still empty. */
export function isIncomplete(settings: readonly Setting[], values: JsonObject): boolean {
  return settings.some(({ name, required }) => required && String(values[name] ?? '').trim() === '');
}

import type { FieldMeta } from '../field.js';
import type { JsonObject } from '../json.js';

/**
 * What a provider's author may say about a setting with zod's `.meta()`: with the JSON Schema it is all that the form
 * under Settings is drawn from.
 */
export type SettingMeta = Pick<FieldMeta, 'title' | 'description' | 'placeholder' | 'options'> & {
  /** Sealed, and never shown again. */
  secret?: boolean;
  /** The form can make one up: `whsec`, 32 random bytes as Standard Webhooks writes them. */
  generate?: 'whsec';
  /** Nobody enters it: the provider makes it when the settings are saved, and it is shown to be copied. */
  made?: boolean;
  /** Of the six columns of the form; all of them without. */
  columns?: 1 | 2 | 3 | 4 | 5 | 6;
  /** Instead of the description while the setting has this value. */
  hints?: Record<string, string>;
  /** Changes with another setting as long as it has one of these values: a port with the security. */
  usual?: { by: string; values: Record<string, number | string> };
};

/** A provider as Settings shows it. */
export type ProviderForm = {
  name: string;
  channel: string;
  /** As a title: `Email through SMTP`. */
  title: string;
  description: string;
  /** JSON Schema of what is entered, secrets included; null where there is nothing to set up. */
  settings: JsonObject | null;
  /** What it can send: `content` that a step says itself, and kinds of templates such as `http`. */
  sends: string[];
  /** Settings that are secrets. */
  secrets: string[];
  /** Wend makes new secrets when they are rotated: nothing has to be entered. */
  rotates?: boolean;
};

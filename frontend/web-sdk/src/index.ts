/** Wend in the browser, for bundlers; pages without one load `/wend.js`, which is the same. */
import { createClient } from './client.js';
import type { WendClient } from './client.js';

export type { LoadOptions, WendClient } from './client.js';
export type { Call, CallState } from './outbox.js';
export type { ConsentState, PreferenceCalls, Preferences, PreferencesChange } from './preferences.js';
export type { PromptOptions, PushOutcome, PushStatus, ServiceWorkerOptions, WebPush } from './push.js';

/** The one of this page. Importing it touches nothing, so that servers may render what imports it. */
export const wend: WendClient = createClient();

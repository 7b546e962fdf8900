import type { ProviderDefinition } from '@wend/node-sdk';
import { courier } from './courier.provider.js';

/** What Wend loads from this package. */
export const providers: ProviderDefinition[] = [courier];

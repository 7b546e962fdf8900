import type { Channel, MessageStatus } from '@wend/contract';

export type Filters = { channel: Channel | undefined; status: MessageStatus | undefined; journeyId: string | undefined; test: 'true' | undefined; search: string | undefined };
export const noFilters: Filters = { channel: undefined, status: undefined, journeyId: undefined, test: undefined, search: undefined };

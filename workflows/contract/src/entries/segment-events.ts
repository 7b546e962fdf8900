/** What segments tell when people enter or leave them; events of these names are made by Wend alone. */
export const segmentEvents = { entered: 'Segment Entered', left: 'Segment Left' } as const;
export type SegmentMove = keyof typeof segmentEvents;

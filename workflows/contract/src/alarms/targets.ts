/** How somebody is told of alarms: members by email. */
export const alarmTargetKinds = ['members', 'webhook', 'slack'] as const;
export type AlarmTargetKind = (typeof alarmTargetKinds)[number];

/** What is told of an alarm. `tripped`: the breaker has acted. */
export const alarmNews = ['raised', 'reminded', 'tripped', 'cleared'] as const;
export type AlarmNews = (typeof alarmNews)[number];

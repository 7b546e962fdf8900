/** What an alarm can be about. */
export const alarmSubjects = ['journey', 'connection', 'workspace'] as const;
export type AlarmSubject = (typeof alarmSubjects)[number];

/** What numbers that can be set are called; the same in every kind that has them. */
export type AlarmFieldName = 'percent' | 'minutes' | 'hours' | 'messages' | 'runs' | 'breakerPercent';

/** A number that can be set. */
export type AlarmField = {
  name: AlarmFieldName;
  unit: 'percent' | 'minutes' | 'hours' | 'messages' | 'runs';
  least: number;
  most: number;
  /** As it is until somebody sets it: so that a normal day is silent. */
  usual: number;
  /** Not only whole numbers. */
  fraction?: true;
};

/**
 * What a kind of alarm is, as data. How it is measured, judged and said is in the backend, and how it is shown in the
 * dashboard, by the same name.
 */
export type AlarmKindDefinition = {
  about: readonly AlarmSubject[];
  fields: readonly AlarmField[];
  /**
   * The harder limit at which the breaker acts, if somebody has switched it on: one of the fields. Null where pausing
   * would mend nothing.
   */
  breaker: AlarmFieldName | null;
};

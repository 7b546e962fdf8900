import type { Alarm } from '@wend/contract';

/** What an alarm or a setting is about, as routes show it. */
export function subjectOf({
  journeyId,
  connectionId,
  name,
}: {
  journeyId: string | null;
  connectionId: string | null;
  name: string | null;
}): Alarm['subject'] {
  return {
    about: journeyId !== null ? 'journey' : connectionId !== null ? 'connection' : 'workspace',
    id: journeyId ?? connectionId,
    name: name ?? '',
  };
}

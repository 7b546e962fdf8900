import type { AlarmKind, AlarmNews } from '@wend/contract';

/** What is told of an alarm, as it was when it happened: the same at every try. */
export type Notice = {
  what: AlarmNews | 'test';
  alarm: {
    id: string;
    kind: AlarmKind;
    about: 'journey' | 'connection' | 'workspace';
    subjectId: string | null;
    name: string;
    summary: string;
    advice: string;
    /** What the breaker did, or why it did nothing; null where there is nothing to say. */
    breaker: string | null;
    /** Where to look, as a path of the dashboard. */
    path: string;
  };
  at: string;
};

/** The first line of everything that is told. */
export function headline({ what, alarm }: Notice): string {
  const name =
    alarm.about === 'workspace'
      ? alarm.name
      : `${alarm.about === 'journey' ? 'Journey' : 'Connection'} “${alarm.name}”`;
  return `${marks[what]}${name}: ${what === 'cleared' ? titles[alarm.kind].over : titles[alarm.kind].is}`;
}

const marks: Record<Notice['what'], string> = {
  raised: '',
  reminded: 'Still going on: ',
  tripped: 'Stopped: ',
  cleared: 'Over: ',
  test: 'Test: ',
};
const titles: Record<AlarmKind, { is: string; over: string }> = {
  failures: { is: 'too many messages fail', over: 'messages go out again' },
  complaints: { is: 'too many complaints', over: 'fewer complaints' },
  silent: { is: 'nothing goes out', over: 'messages go out again' },
  queue: { is: 'messages wait and do not go out', over: 'the queue is short again' },
  stuck: { is: 'runs do not go on', over: 'runs go on again' },
  down: { is: 'the connection is down', over: 'the connection is up again' },
};

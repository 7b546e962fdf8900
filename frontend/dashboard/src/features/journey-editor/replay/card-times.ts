import type { MessageDetail } from '@wend/contract';
import { formatSpan, formatTime } from '../runs/format';
import { messageEventWords } from './replay-model';
import type { ReplayTexts } from './replay-texts';
import type { VisitMoment } from './replay-model';

type CardTimesOptions = {
  texts: ReplayTexts;
  visit: Pick<VisitMoment, 'at' | 'leftAt' | 'messages' | 'port'>;
  due: string | null;
  zone: string | null;
};

/**
 * `Tue 09:14 → Wed 09:14`, `Tue 09:14:02 → delivered 09:14:05`, `Tue 09:14:02 → not reachable`, `Tue 09:14 → due Wed
 * 09:14`.
 */
export function cardTimes({ texts, visit, due, zone }: CardTimesOptions): string {
  const message = visit.messages.at(-1);
  if (message) return messageTimes({ texts, at: visit.at, message, zone });
  // The line that they took may be that of another way out, which says otherwise.
  if (visit.port === 'notReachable')
    return texts.replay('model.notReachable', { start: formatTime(visit.at, { style: 'day-seconds', zone }) });
  if (visit.port === 'capped')
    return texts.replay('model.capped', { start: formatTime(visit.at, { style: 'day-seconds', zone }) });
  if (visit.leftAt !== null) return formatSpan({ from: visit.at, to: visit.leftAt, zone });
  const start = formatTime(visit.at, { style: 'day', zone });
  return due
    ? texts.replay('model.due', {
        start,
        at: formatTime(due, { style: Date.parse(due) - visit.at > 6 * 86_400_000 ? 'date' : 'day', zone }),
      })
    : texts.replay('model.since', { start });
}

type MessageTimesOptions = { texts: ReplayTexts; at: number; message: MessageDetail; zone: string | null };

function messageTimes({ texts, at, message, zone }: MessageTimesOptions): string {
  const start = formatTime(at, { style: 'day-seconds', zone });
  const last = message.events.findLast((event) => event.status === message.status && event.by === 'person');
  if (!last) return `${start} → ${messageEventWords(texts, message.status)}`;
  const later = Date.parse(last.at) - at;
  const style =
    later < 3_600_000 ? 'seconds' : later < 12 * 3_600_000 ? 'time' : later < 6 * 86_400_000 ? 'day' : 'date';
  return `${start} → ${messageEventWords(texts, last.status)} ${formatTime(last.at, { style, zone })}`;
}

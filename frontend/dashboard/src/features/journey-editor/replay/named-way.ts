import { isObject, stepOf } from '@wend/contract/plain';
import type { EnrollmentDetail } from '@wend/contract';
import type { VisitMoment } from './replay-model';

/** What the way out of a wait for a segment or a consent is called; null for other ways. */
export function namedWay({
  detail,
  moment,
  port,
}: {
  detail: EnrollmentDetail;
  moment: VisitMoment;
  port: string;
}): string | null {
  const events = stepOf(detail, moment.node)?.config['events'];
  const item = (Array.isArray(events) ? events.filter(isObject) : []).find(({ id }) => id === port);
  const kind = isObject(item?.['trigger']) ? item['trigger']['kind'] : undefined;
  return (kind === 'segment' || kind === 'consent') && typeof item?.['label'] === 'string' ? item['label'] : null;
}

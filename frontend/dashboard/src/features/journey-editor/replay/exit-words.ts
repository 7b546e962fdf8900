import { channelWords, exitKindOf } from '@wend/contract/plain';
import type { EnrollmentDetail, Input, JsonObject } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';

type ExitWordsOptions = {
  t: ReplayTexts['replay'];
  graph: EnrollmentDetail['graph'];
  /** Id of the criterion. */
  criterion: string | null;
  /** Of the event that met it. */
  properties: JsonObject;
};

/** What the person did that met an exit criterion; null where the journey has no such criterion. */
export function exitWords({ t, graph, criterion: id, properties }: ExitWordsOptions): string | null {
  const criterion = graph.settings.exitCriteria.find((each) => each.id === id);
  switch (criterion?.kind) {
    case undefined:
    case 'event':
      return criterion ? t('model.eventHappened', { event: criterion.event }) : null;
    case 'segment': {
      const name = properties['segmentName'];
      return typeof name === 'string'
        ? t(`model.segment.${criterion.on}Named`, { name })
        : t(`model.segment.${criterion.on}`);
    }
    case 'consent': {
      const channel = channelWords(criterion.channel);
      return typeof properties['topic'] === 'string'
        ? t('model.leftTopic', { topic: properties['topic'], channel })
        : t('model.leftChannel', { channel });
    }
  }
}

/** The same of a segment or a consent only: of other events the name says it. */
export function namedExit(options: ExitWordsOptions): string | null {
  const criterion = options.graph.settings.exitCriteria.find(({ id }) => id === options.criterion);
  return criterion && exitKindOf(criterion) !== 'event' ? exitWords(options) : null;
}

/** What the event carried that ended a run by a criterion. */
export function exitProperties({ steps }: Pick<EnrollmentDetail, 'steps'>): JsonObject {
  const exit = steps.flatMap((step) => step.inputs as Input[]).findLast((input) => input.type === 'exit');
  return exit?.type === 'exit' ? exit.event.properties : {};
}

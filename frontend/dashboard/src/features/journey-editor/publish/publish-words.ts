import type { Graph, JourneyStatus } from '@wend/contract';
import type { Translator } from '@/i18n/translator';
import { compareGraphs, countChanges, sameJson } from '@wend/contract/plain';

type DifferenceOfOptions = {
  before: Graph;
  after: Graph;
};

/**
 * How a draft differs from what is published: not at all, only in where cards lie, in what nobody notices, or in what
 * people go through.
 */
export function differenceOf({ before, after }: DifferenceOfOptions): 'none' | 'positions' | 'unseen' | 'changes' {
  if (sameJson(before, after)) return 'none';
  if (countChanges(compareGraphs({ before, after })) > 0) return 'changes';
  return Object.values(after.nodes).some((node) => !sameJson(node.position, before.nodes[node.id]?.position))
    ? 'positions'
    : 'unseen';
}

type Texts = Translator<'editor-publish.words'>;
type Place = { version: number | null; status: JourneyStatus; unchanged: boolean };

/** What the dialog that publishes is headed with; the version that a draft without a change has stays. */
export function publishWords(t: Texts, { version, status, unchanged }: Place): { title: string; description: string } {
  if (version === null) return { title: t('firstTitle'), description: t('firstDetail') };
  if (!unchanged) return { title: t('nextTitle', { next: version + 1 }), description: t('nextDetail') };
  return status === 'stopped'
    ? { title: t('againTitle', { version }), description: t('againDetail', { version }) }
    : { title: t('unchangedTitle'), description: t('unchangedDetail', { version }) };
}

type Published = Omit<Place, 'version'> & { version: number };

/** What is said once it is published; `status` is what the journey had before. */
export function publishedWords(t: Texts, { version, status, unchanged }: Published): string {
  if (unchanged && status !== 'stopped') return t('stays', { version });
  if (unchanged) return t('liveAgain', { version });
  return status === 'paused' ? t('publishedPaused', { version }) : t('live', { version });
}

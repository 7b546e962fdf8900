import type { Graph } from '@wend/contract';
import type { Translator } from '@/i18n/translator';

type Texts = Translator<'editor-panel.graphWords'>;

/** How large a journey is: `2 steps, 1 line`. */
export function graphWords(t: Texts, { nodes, edges }: Pick<Graph, 'nodes' | 'edges'>): string {
  return sizeWords(t, { steps: Object.keys(nodes).length, lines: edges.length });
}

export function sizeWords(t: Texts, size: { steps: number; lines: number }): string {
  return t('size', size);
}

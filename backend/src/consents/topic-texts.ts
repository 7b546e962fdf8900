import type { TopicRow } from './topic.repository.js';

/** What a topic is called in a language: in that of the whole tag, else of its language, else as it is called. */
export function textsOf(
  { name, description, texts }: Pick<TopicRow, 'name' | 'description' | 'texts'>,
  language: string,
): { name: string; description: string } {
  const wanted = language.toLowerCase();
  const found =
    Object.entries(texts).find(([tag]) => tag.toLowerCase() === wanted) ??
    Object.entries(texts).find(([tag]) => tag.toLowerCase().split('-')[0] === wanted.split('-')[0]);
  return found ? { name: found[1].name, description: found[1].description } : { name, description };
}

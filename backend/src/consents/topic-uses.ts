import { isObject, topicOf } from '@wend/contract';
import type { Graph } from '@wend/contract';

/** Names of the steps that send about a topic, ask for it or wait for what people say of it; `settings` for what belongs to the journey itself. */
export function topicPlaces(graph: Graph, key: string): string[] {
  const asks = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(asks);
    if (!isObject(value)) return false;
    return (
      ((value['source'] === 'consent' || value['kind'] === 'consent') && value['topic'] === key) ||
      Object.values(value).some(asks)
    );
  };
  return [
    ...Object.values(graph.nodes).flatMap(({ name, config }) =>
      topicOf(config) === key || asks(config) ? [name] : [],
    ),
    ...(asks(graph.settings) ? ['settings'] : []),
  ];
}

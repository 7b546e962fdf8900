import { casesFile, spanSeconds } from '@wend/contract';
import type { Graph, JsonObject } from '@wend/contract';
import { gallery } from '@wend/contract/gallery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fastForward, publish, runOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

/** What only a workspace knows: here always a segment. */
async function filled(journey: (typeof gallery)[number]): Promise<Graph> {
  const nodes = structuredClone(journey.graph.nodes);
  for (const { node, path } of journey.fill) {
    const segment = await chain.owner.send('POST', '/api/segments', {
      name: journey.title,
      rule: { op: 'compare', left: { source: 'trait', path: 'chosen' }, is: 'equals', value: true },
    });
    expect(segment.status).toBe(201);
    nodes[node]!.config[path] = segment.body.id;
  }
  return { ...journey.graph, nodes };
}

/** Cases have times of their own; a test run begins now. */
function fromNow(properties: JsonObject): JsonObject {
  const start = Date.UTC(2026, 2, 2, 9);
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : NaN;
      return [name, Number.isNaN(at) ? value : new Date(Date.now() + at - start).toISOString()];
    }),
  );
}

describe('the gallery in a new workspace', () => {
  it.each(gallery.map((journey) => [journey.slug, journey] as const))(
    'publishes “%s” and comes to what its first case expects',
    async (_, journey) => {
      const graph = await filled(journey);
      const journeyId = await publish(chain, { name: journey.title, graph });
      const [given] = casesFile.parse(journey.cases);
      const started = await chain.owner.send('POST', `/api/journeys/${journeyId}/test-runs`, {
        traits: given!.person.traits,
        properties: fromNow(given!.entry.properties),
      });
      expect(started.status).toBe(201);
      const id = started.body.enrollmentId;
      let passed = 0;
      for (const event of given!.events) {
        const after = spanSeconds(event.after)!;
        if (after > passed) await fastForward(chain, id, { seconds: after - passed });
        passed = after;
        if ('answer' in event) {
          const asked = await until(
            async () => (await chain.owner.get(`/api/approvals?state=open&enrollmentId=${id}`)).body.items[0],
            'the question',
          );
          await chain.owner.send('POST', `/api/approvals/${asked.id}/answer`, { choice: event.answer });
        } else if (event.ofMessage !== undefined) {
          const message = (await runOf(chain, id)).messages.find((found: any) =>
            [found.node, graph.nodes[found.node]?.name].includes(event.ofMessage!),
          );
          await chain.owner.send('POST', `/api/messages/${message.id}/act`, { action: 'open' });
        } else
          await chain.owner.send('POST', `/api/enrollments/${id}/test-events`, {
            event: event.name,
            properties: event.properties,
          });
      }
      await fastForward(chain, id, 'end');
      const run = await runOf(chain, id);
      const expected = given!.expect;
      expect(run.status).toBe(expected.outcome ?? 'completed');
      if (expected.ends !== undefined) expect(run.endReason).toBe(expected.ends);
      const named = (step: string) =>
        graph.nodes[step] ? step : Object.values(graph.nodes).find(({ name }) => name === step)!.id;
      if (expected.messages)
        expect(run.messages.map((message: any) => message.node).sort()).toEqual(
          expected.messages.map((each) => named(typeof each === 'string' ? each : each.step)).sort(),
        );
    },
    120_000,
  );
});

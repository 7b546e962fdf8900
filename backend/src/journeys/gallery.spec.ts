import { casesFile, exportJourney, importJourney, manifestsByKey, previewSurroundings, validate } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { gallery } from '@wend/contract/gallery';
import type { GalleryJourney } from '@wend/contract/gallery';
import { compile, runCase } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';
import { describe, expect, it } from 'vitest';

const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));
const manifests = manifestsByKey(builtInNodes.map((node) => node.manifest));

/** As a workspace fills it in. */
function filled({ graph, fill }: GalleryJourney): Graph {
  const nodes = structuredClone(graph.nodes);
  for (const { node, path } of fill) nodes[node]!.config[path] = '00000000-0000-4000-8000-000000000001';
  return { ...graph, nodes };
}

function programOf(journey: GalleryJourney) {
  const compiled = compile({ graph: filled(journey), definitions });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return compiled.program;
}

describe('the gallery', () => {
  it('has at least 14 journeys, each with a title and an address of its own', () => {
    expect(gallery.length).toBeGreaterThanOrEqual(14);
    for (const key of ['slug', 'title'] as const)
      expect(new Set(gallery.map((journey) => journey[key])).size).toBe(gallery.length);
  });

  describe.each(gallery.map((journey) => [journey.slug, journey] as const))('%s', (_, journey) => {
    it('has no problem but what only a workspace knows', () => {
      const parse = (node: Graph['nodes'][string]) => definitions.get(nodeKey(node))?.parse(node.config);
      const errors = validate(journey.graph, { manifests, parse }).filter(({ severity }) => severity === 'error');
      expect(errors.map(({ nodeId, path }) => ({ node: nodeId, path }))).toEqual(
        journey.fill.map(({ node, path }) => ({ node, path })),
      );
      expect(validate(filled(journey), { manifests, parse })).toEqual([]);
    });

    it('goes through a file unchanged', () => {
      const { title: name, graph } = journey;
      const text = exportJourney({ name, graph });
      expect(exportJourney(importJourney(text))).toBe(text);
    });

    it('names every event that it reads', () => {
      const entries = Object.values(journey.graph.nodes).flatMap(({ config }) =>
        typeof config['event'] === 'string' ? [config['event']] : [],
      );
      const text = JSON.stringify([journey.graph.nodes, journey.graph.settings]);
      const read = [...text.matchAll(/"event":"([^"]+)"/g)].map(([, name]) => name!);
      expect([...new Set([...entries, ...read])].sort()).toEqual([...journey.events].sort());
    });

    const cases = casesFile.parse(journey.cases);
    it.each(cases.map((given) => [given.name, given] as const))('passes the case “%s”', (__, given) => {
      const result = runCase({
        program: programOf(journey),
        graph: journey.graph,
        surroundings: previewSurroundings,
        given,
      });
      expect(result.differences).toEqual([]);
    });
  });
});

describe('a case that comes out otherwise', () => {
  const journey = gallery.find(({ slug }) => slug === 'push-then-sms')!;
  const differences = (written: object) =>
    runCase({
      program: programOf(journey),
      graph: journey.graph,
      surroundings: previewSurroundings,
      given: casesFile.parse([
        { name: 'x', person: { traits: { phone: '+420601000000' }, devices: ['fcm'] }, ...written },
      ])[0]!,
    }).differences;

  it.each([
    [{ messages: ['Push'] }, ['Expected no message 2, got “SMS” after 2 h.']],
    [{ messages: ['SMS'] }, ['Expected “SMS” as message 1, got “Push” at once.']],
    [
      { messages: ['push', { step: 'SMS', after: '2 days' }] },
      ['Expected “SMS” after 2 days as message 2, got “SMS” after 2 h.'],
    ],
    [{ messages: ['push', 'sms', 'sms'] }, ['Expected “SMS” as message 3, got nothing more.']],
    [{ messages: ['push', { step: 'sms', channel: 'email' }] }, ['Expected “SMS” by “email”, got “sms”.']],
    [{ path: [{ step: 'scheduled', port: 'past' }] }, ['Expected “Delivery scheduled” by “past”, got “next”.']],
    [{ path: ['Letter'] }, ['There is no step “Letter” in the journey.', 'Expected no step 2, got “Push” at once.']],
    [{ outcome: 'exited' }, ['Expected the run to be exited, got completed.']],
    [{ ends: 'Bought' }, ['Expected it to end by “Bought”, got “Told by SMS”.']],
    [{ goals: ['Sale'] }, ['Expected the goal “Sale” to be reached.']],
  ])('says what: %j', (expected, words) => expect(differences({ expect: expected })).toEqual(words));

  it('names a step that an event is about and that there is not', () => {
    expect(differences({ events: [{ after: '1 min', name: 'opened', ofMessage: 'Letter' }], expect: {} })).toEqual([
      'There is no step “Letter” in the journey.',
    ]);
  });

  it('does not take what is no case', () => {
    const wrong = [{ name: 'x', events: [{ after: 'soon', name: 'Bought' }], expect: {} }];
    expect(casesFile.safeParse(wrong).success).toBe(false);
  });
});

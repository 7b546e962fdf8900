import type { Graph, NodeManifest } from '@wend/contract';
import { expect, it } from 'vitest';
import { saidVariables } from './message-variables.js';

const manifests = new Map([
  ['wend/sms@1', { channel: 'sms', config: { properties: { text: { widget: 'liquid' } } } } as unknown as NodeManifest],
  [
    'wend/webhook@1',
    { channel: 'webhook', config: { properties: { text: { widget: 'liquid' } } } } as unknown as NodeManifest,
  ],
]);
const said = (text: string, type = 'wend/sms') =>
  saidVariables(
    { nodes: { n: { id: 'n', type, version: 1, name: 'N', config: { text } } } } as unknown as Pick<Graph, 'nodes'>,
    manifests,
  ).map(({ variable }) => variable);

it('finds what a message prints of the person as it is', () => {
  expect(
    said('안녕 {{ profile.first_name }},\n{{profile.address.city | upcase}} {{ entry.item }} {{ profile.id }}'),
  ).toEqual(['profile.first_name', 'profile.address.city', 'entry.item']);
  expect(said('{{ run.points.tier }} {{ event.total }} {{ now }} {{ other.thing }}')).toEqual([
    'run.points.tier',
    'event.total',
  ]);
  expect(said('{{ profile.tags.first }} {{ profile["full name"] }} {{ profile.a }}{{ profile.a }}').sort()).toEqual([
    'profile.a',
    'profile.full name',
    'profile.tags',
  ]);
});

it('leaves out what has a fallback, what is only asked about, and what goes to no person', () => {
  expect(said('{{ profile.a | default: "x" }}{% if profile.b %}y{% endif %}{% assign c = profile.c %}')).toEqual([]);
  expect(said('{% if profile.b %}{{ profile.b }}{% endif %}')).toEqual(['profile.b']);
  expect(said('{{ profile.a }}', 'wend/webhook')).toEqual([]);
  expect(said('no {{ end', 'wend/sms')).toEqual([]);
});

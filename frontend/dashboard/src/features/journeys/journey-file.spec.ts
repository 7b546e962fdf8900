import type { Graph } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { journeyFileName, journeyFromFile, journeyToFile } from './journey-file';

const node = (id: string) => ({ id, type: 'wend/wait', version: 1, name: id, config: { duration: { unit: 'days', amount: 1 } }, position: { x: 0, y: 0 } });
const graph: Graph = { nodes: { b: node('b'), a: node('a') }, edges: [{ id: 'e2', from: 'b', port: 'next', to: 'a' }, { id: 'e1', from: 'a', port: 'next', to: 'b' }], settings: { reentry: { rule: 'never' }, exitCriteria: [] } };

describe('a journey in a file', () => {
  it('comes back without loss', () => {
    const back = journeyFromFile(journeyToFile({ name: 'Welcome', graph }));
    expect(back.name).toBe('Welcome');
    expect(back.graph.nodes).toEqual(graph.nodes);
    expect(new Set(back.graph.edges)).toEqual(new Set(graph.edges));
  });
  it('is the same text whatever order nodes, edges and keys were made in', () => {
    const other: Graph = { settings: graph.settings, edges: [...graph.edges].reverse(), nodes: { a: { ...node('a'), config: { duration: { amount: 1, unit: 'days' } } }, b: node('b') } };
    expect(journeyToFile({ name: 'x', graph: other })).toBe(journeyToFile({ name: 'x', graph }));
  });
  it('says what is wrong with another file', () => {
    expect(() => journeyFromFile('{')).toThrow('not JSON');
    expect(() => journeyFromFile('{"format":"x"}')).toThrow('not a journey');
    expect(() => journeyFromFile('{"format":"wend-journey/1","graph":{"nodes":{},"edges":[{"id":"e"}]}}')).toThrow('graph.edges.0');
  });
  it('names files that every system takes', () => {
    expect(journeyFileName('Größe: 50 % / Sale!')).toBe('große-50-sale.wend.json');
    expect(journeyFileName('///')).toBe('journey.wend.json');
  });
});

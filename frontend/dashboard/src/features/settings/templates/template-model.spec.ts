import { httpTemplate } from '@wend/contract';
import { expect, it } from 'vitest';
import { approvedDefinition, blank, blankLookUp, definitionOf, editingOf, problemsAt } from './template-model';

it('begins with a template that can be saved', () => {
  for (const editing of [blank, { ...blank, lookUp: blankLookUp }]) {
    const written = definitionOf(editing);
    expect(written.ok && httpTemplate.safeParse(written.definition).success).toBe(true);
  }
});

it('gives back what was saved', () => {
  const written = definitionOf({ ...blank, lookUp: blankLookUp, shows: '{"text":"{{ fields.text }}"}' });
  if (!written.ok) throw new Error('must be readable');
  const saved = httpTemplate.parse(written.definition);
  const again = definitionOf(editingOf('A', null, saved));
  expect(again.ok && httpTemplate.parse(again.definition)).toEqual(saved);
});

it('says which part is not JSON', () => {
  expect(definitionOf({ ...blank, receipts: '{' })).toEqual({ ok: false, path: 'receipts' });
});

it('finds the problems of a part of the form', () => {
  const problems = [
    { path: 'call.body', message: 'is wrong' },
    { path: 'definition.fields[0].name', message: 'is taken' },
  ];
  expect(problemsAt(problems, ['call.body'])).toBe('call.body is wrong');
  expect(problemsAt(problems, ['fields'])).toBe('fields[0].name is taken');
  expect(problemsAt(problems, ['answer'])).toBeUndefined();
});

it('keeps the fields of an approved text by their variables, whatever comes before them', () => {
  const draft = { code: 'SHIPPED', language: '', state: 'approved' as const, text: '#{a} #{b}', buttons: [] };
  const first = approvedDefinition(draft);
  expect(first.fields.map(({ name, variable }) => [name, variable])).toEqual([
    ['v1', 'a'],
    ['v2', 'b'],
  ]);
  const named = [{ ...first.fields[0]!, label: 'First name', maxLength: 20 }, first.fields[1]!];
  const second = approvedDefinition({ ...draft, text: '#{x}: #{a}' }, named);
  expect(second.fields).toMatchObject([
    { name: 'v3', variable: 'x' },
    { name: 'v1', variable: 'a', label: 'First name', maxLength: 20 },
  ]);
});

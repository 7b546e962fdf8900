import { httpTemplate } from '@wend/contract';
import { expect, it } from 'vitest';
import { blank, blankLookUp, definitionOf, editingOf, problemsAt } from './template-model';

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

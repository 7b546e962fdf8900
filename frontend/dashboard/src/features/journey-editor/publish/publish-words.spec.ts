import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { configureNode, moveNodes } from '../store/actions';
import { sampleStore } from '../store/editor.fixture';
import { differenceOf, publishedWords, publishWords } from './publish-words';

const t = textsOf('editor-publish.words');

it('tells a draft that is the same from one whose cards were moved', () => {
  const store = sampleStore();
  const before = store.getState().graph;
  expect(differenceOf({ before, after: structuredClone(before) })).toBe('none');
  expect(
    differenceOf({
      before,
      after: { ...before, edges: before.edges.map((edge) => ({ ...edge, id: `${edge.id}-again` })) },
    }),
  ).toBe('unseen');
  moveNodes({ store, positions: { wait: { x: 400, y: 0 } } });
  expect(differenceOf({ before, after: store.getState().graph })).toBe('positions');
  configureNode({ store, id: 'branch', config: { branches: [{ id: 'yes', label: 'Bought' }] }, path: 'branches' });
  expect(differenceOf({ before, after: store.getState().graph })).toBe('changes');
});

it('promises no version that is not made', () => {
  expect(publishWords(t, { version: null, status: 'draft', unchanged: false }).title).toBe('Publish version 1');
  expect(publishWords(t, { version: 2, status: 'live', unchanged: false }).title).toBe('Publish version 3');
  expect(publishWords(t, { version: 2, status: 'live', unchanged: true })).toEqual({
    title: 'Nothing has changed',
    description: 'Nothing has changed since version 2, so publishing creates no new version.',
  });
  expect(publishWords(t, { version: 2, status: 'stopped', unchanged: true }).title).toBe('Start version 2 again');
});

it('says what publishing did', () => {
  expect(publishedWords(t, { version: 3, status: 'live', unchanged: false })).toBe('Version 3 is live');
  expect(publishedWords(t, { version: 2, status: 'live', unchanged: true })).toBe(
    'Nothing has changed: version 2 stays live',
  );
  expect(publishedWords(t, { version: 2, status: 'stopped', unchanged: true })).toBe('Version 2 is live again');
  expect(publishedWords(t, { version: 3, status: 'paused', unchanged: false })).toBe(
    'Version 3 is published. The journey stays paused.',
  );
});

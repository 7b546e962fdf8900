import { expect, it } from 'vitest';
import { withFix } from './with-fix';

it('puts text before or after what a field holds, wherever it lies', () => {
  expect(withFix({ text: ' Sale', topic: 'x' }, { path: 'text', before: '(광고) ' })).toEqual({
    text: '(광고) Sale',
    topic: 'x',
  });
  expect(withFix({ text: 'Sale' }, { path: 'text', after: ' {{ unsubscribe_url }}' })).toEqual({
    text: 'Sale {{ unsubscribe_url }}',
  });
  const template = { id: 't', fields: { text: 'Sale', name: 'n' } };
  expect(withFix({ template }, { path: 'template.fields.text', before: '(광고) ' })).toEqual({
    template: { id: 't', fields: { text: '(광고) Sale', name: 'n' } },
  });
  expect(withFix({ text: 'Sale' }, { path: 'subject', before: '(광고) ' })).toBeNull();
});

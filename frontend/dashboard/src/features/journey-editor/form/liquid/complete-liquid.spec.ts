import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { completeLiquid } from './complete-liquid';

const words = [
  { name: 'profile.first_name', detail: 'trait' },
  { name: 'entry.plan', detail: 'of Signed Up' },
];
const t = textsOf('editor-form.completeLiquid');
const labels = (before: string) => completeLiquid({ before, words, t })?.options.map((option) => option.label) ?? null;

describe('Liquid completion', () => {
  it('offers variables in an output, filters after a bar, and tags after {%', () => {
    expect(labels('Hello {{ pro')).toEqual(['profile.first_name', 'entry.plan']);
    expect(labels('{{ profile.first_name | ')).toContain('upcase');
    expect(labels('{% ')).toContain('abort_message');
    expect(labels('{% if ')).toContain('entry.plan');
  });
  it('says nothing outside of tags and inside of texts', () => {
    expect([labels('Hello '), labels('{{ a }} and '), labels('{{ a | default: "fri')]).toEqual([null, null, null]);
  });
});

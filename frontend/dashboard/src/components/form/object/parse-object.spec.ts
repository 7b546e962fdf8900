import { describe, expect, it } from 'vitest';
import { parseObject } from './parse-object';

describe('typed JSON', () => {
  it('must be an object', () => {
    expect(parseObject('{ "plan": "pro" }')).toEqual({ value: { plan: 'pro' } });
    expect(parseObject('  ')).toEqual({ value: {} });
    expect(parseObject('[1]')).toHaveProperty('error');
    expect(parseObject('{ plan')).toHaveProperty('error');
  });
});

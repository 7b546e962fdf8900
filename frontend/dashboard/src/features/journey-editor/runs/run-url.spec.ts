import { describe, expect, it } from 'vitest';
import { everyRun, parseRunUrl, replaySearch } from './run-url';

describe('the address of runs', () => {
  it('says what it reads again', () => {
    const filter = {
      node: 'wait',
      ever: true,
      port: null,
      outcome: 'suppressed',
      reason: 'unsubscribed',
      goal: 'buy',
      version: 3,
      status: 'running',
      origin: 'test',
    } as const;
    const search = replaySearch({ search: '?zoom=2&layer=live&status=failed', run: 'r1', filter });
    expect(parseRunUrl(new URLSearchParams(search))).toEqual({ run: 'r1', filter });
    expect(new URLSearchParams(search).get('layer')).toBe('replay');
  });

  it('keeps what belongs to others and drops what no longer holds', () => {
    expect(replaySearch({ search: '?zoom=2&run=r1&node=wait', filter: everyRun })).toBe('?zoom=2&layer=replay');
  });

  it('asks for what became of a message only at a node where people ever were', () => {
    expect(parseRunUrl(new URLSearchParams('outcome=failed&port=a&reason=x')).filter).toEqual(everyRun);
    expect(parseRunUrl(new URLSearchParams('node=mail&ever=1&outcome=failed&reason=x')).filter).toEqual({
      ...everyRun,
      node: 'mail',
      ever: true,
      outcome: 'failed',
    });
    expect(parseRunUrl(new URLSearchParams('node=mail&ever=1&port=notReachable')).filter).toEqual({
      ...everyRun,
      node: 'mail',
      ever: true,
      port: 'notReachable',
    });
  });

  it('does not pass on a status that does not exist', () => {
    expect(parseRunUrl(new URLSearchParams('status=nonsense&origin=robots&outcome=lost&version=x')).filter).toEqual(
      everyRun,
    );
  });
});

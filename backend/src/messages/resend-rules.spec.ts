import type { MessageStatus } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { measureChanges, measuresOf, resendRefusal, standingOf } from './resend-rules.js';
import type { ChainMember } from './resend-rules.js';

const member = (number: number, status: MessageStatus, passed: string[] = [], reason: string | null = null) =>
  ({ id: `m${number}`, number, status, reason, passed }) satisfies ChainMember;
const ask = (chain: ChainMember[], more: Partial<Parameters<typeof resendRefusal>[0]> = {}) =>
  resendRefusal({ chain, runStatus: 'running', journeyState: 'live', test: false, although: false, ...more });

describe('sending again', () => {
  it.each(['failed', 'bounced', 'unknown', 'suppressed'] as const)('may follow one that is %s', (status) => {
    expect(ask([member(0, status)])).toBeNull();
    expect(ask([member(0, status)], { runStatus: 'completed' })).toBeNull();
  });

  it('waits for the one that is under way, whichever it is', () => {
    expect(ask([member(0, 'failed'), member(1, 'queued')], { although: true })).toBe('under-way');
    expect(ask([member(0, 'sending'), member(1, 'failed')], { although: true })).toBe('under-way');
  });

  it('takes somebody who knows that it was sent', () => {
    const chain = [member(0, 'unknown'), member(1, 'delivered', ['sent', 'delivered'])];
    expect(ask(chain)).toBe('already-sent');
    expect(ask(chain, { although: true })).toBeNull();
  });

  it('is no way round an exit, a stop or the end of patience', () => {
    expect(ask([member(0, 'failed')], { runStatus: 'exited' })).toBe('run-left');
    expect(ask([member(0, 'failed')], { runStatus: 'cancelled' })).toBe('run-left');
    expect(ask([member(0, 'failed')], { runStatus: null })).toBe('run-left');
    expect(ask([member(0, 'failed')], { journeyState: 'stopped' })).toBe('journey-stopped');
    expect(ask([member(0, 'failed')], { journeyState: 'stopped', test: true })).toBeNull();
    expect(ask([member(0, 'failed'), member(20, 'failed')])).toBe('too-often');
  });
});

describe('the messages of a visit', () => {
  it('stand by the one that came furthest, else by the last', () => {
    expect(standingOf([member(0, 'opened'), member(1, 'failed')]).number).toBe(0);
    expect(standingOf([member(0, 'sent'), member(1, 'delivered')]).number).toBe(1);
    expect(standingOf([member(0, 'failed'), member(1, 'unknown'), member(2, 'queued')]).number).toBe(2);
  });

  it('count as one: a failure goes when it is sent again, and a state counts once', () => {
    const failed = [member(0, 'failed')];
    const queued = [...failed, member(1, 'queued')];
    expect(measureChanges(failed, queued)).toEqual([{ measure: 'message:failed', count: -1 }]);
    const sent = [member(0, 'failed'), member(1, 'sent', ['sent'])];
    expect(measureChanges(queued, sent)).toEqual([{ measure: 'message:sent', count: 1 }]);
    const twice = [member(0, 'sent', ['sent']), member(1, 'sent', ['sent'])];
    expect(measureChanges([twice[0]!, member(1, 'queued')], twice)).toEqual([]);
  });

  it('count a failure no more when an earlier one turns out to have gone out', () => {
    const before = [member(0, 'unknown'), member(1, 'failed')];
    const after = [member(0, 'sent', ['sent']), member(1, 'failed')];
    expect(measureChanges(before, after)).toEqual([
      { measure: 'message:sent', count: 1 },
      { measure: 'message:failed', count: -1 },
    ]);
  });

  it('count a bounce beside having been sent, as for one alone', () => {
    expect([...measuresOf([member(0, 'bounced', ['sent', 'bounced'])])]).toEqual(['message:sent', 'message:bounced']);
    expect([...measuresOf([member(0, 'suppressed', [], 'no-provider')])]).toEqual(['message:suppressed:no-provider']);
  });
});

import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { outcomeWords, reasonLabel, reasonWords } from './reasons';

const t = textsOf('messages.reasons');

it.each(['unsubscribed', 'no-provider', 'unreachable', 'aborted', 'expired', 'paused', 'invalid'])(
  'the reason %s is said in words, long and short',
  (reason) => {
    expect(reasonWords(t, reason)).not.toBe(reason);
    expect(reasonLabel(t, reason)).not.toBe(reason);
    expect(outcomeWords(t, { outcome: 'suppressed', reason })).not.toContain('-');
  },
);

import { defineNode, done, PermanentError } from '@wend/node-sdk';
import { z } from 'zod';

/** A node as a careless third party might write it: `what` says in which way its result is unusable. */
const careless = defineNode({
  type: 'test/careless',
  version: 1,
  title: 'Careless',
  description: 'Comes to results that nothing can store.',
  category: 'action',
  icon: 'sparkles',
  config: z.object({ what: z.string().default('output').meta({ title: 'What' }) }),
  ports: [{ id: 'next', label: 'Next' }],
  defaults: { what: 'output' },
  output: z.object({ text: z.string() }),
  retry: { attempts: 1, timeoutSeconds: 10 },
  run: async ({ config: { what }, http }) => {
    if (what === 'NUL') return done('next', { text: 'a\u0000b' });
    if (what === 'half') return done('next', { text: 'cut \ud83d' });
    if (what === 'deep')
      return done('next', { text: Array.from({ length: 2_000 }).reduce((inner) => ({ inner }), 'x') });
    if (what === 'huge') return done('next', { text: 'x'.repeat(3_000_000) });
    if (what === 'port') return done('nowhere');
    if (what === 'never') return { kind: 'sleep', until: 1e300 };
    if (what === 'forever') return { kind: 'waitFor', event: 'Never', timeoutSeconds: 1e300 };
    if (what === 'nothing') return undefined;
    if (what === 'message') throw new PermanentError('bad\u0000code', 'half \ud83d and \u0000');
    if (what.startsWith('http')) await http(what);
    return done('next', { text: what });
  },
});

export const nodes = [careless];

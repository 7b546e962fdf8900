import { expect, it } from 'vitest';
import { providerContract } from '../../test/provider-contract.js';
import { providerSubjects } from '../../test/provider-subjects.js';
import { builtInProviders } from './built-in.js';
import { sandbox } from './sandbox.provider.js';

it('every provider that Wend brings is tested: one that has no subject has nothing to show', () => {
  expect(Object.keys(providerSubjects).toSorted()).toEqual(builtInProviders.map(({ name }) => name).toSorted());
});

for (const definition of builtInProviders) {
  const tested = providerSubjects[definition.name];
  if (tested)
    providerContract(definition.name, {
      remote: tested.remote,
      subject: (remote) => tested.subject({ definition, remote }),
    });
}

it('the sandbox says that a message goes out too', async () => {
  let marked = 0;
  await sandbox.send({
    message: { id: 'm', workspaceId: '11111111-1111-4111-8111-111111111111', channel: 'sms' },
    content: { text: 'Hi' } as never,
    recipient: '1',
    devices: [],
    idempotencyKey: 'm',
    connection: null,
    signal: AbortSignal.timeout(1_000),
    handingOver: async () => void (marked += 1),
  });
  expect(marked).toBe(1);
});

import { ProviderError } from '@wend/node-sdk';
import type { ProviderCode, ProviderDefinition, ProviderServices } from '@wend/node-sdk';
import { OutboundError, connectTls, connectToMailServer } from '../platform/outbound/index.js';
import type { Destinations, SafeHttpClient } from '../platform/outbound/index.js';
import { withoutSecrets } from './without-secrets.js';

/** A provider at work. It must pass the provider contract (backend/test/provider-contract.ts): its subject is a line in provider-subjects.ts. */
export type Provider = ProviderCode &
  Pick<ProviderDefinition, 'name' | 'idempotent' | 'keySeconds'> & {
    /** Nothing leaves the product: what it takes is delivered once that is written down, and not before. */
    keeps?: true;
  };

export function openProvider(definition: ProviderDefinition, services: ProviderServices): Provider {
  const code = definition.open(services);
  return {
    name: definition.name,
    idempotent: definition.idempotent,
    // A package that knows an older SDK does not say it.
    keySeconds: definition.keySeconds ?? 86_400,
    ...(code.receiverOf && { receiverOf: (request) => code.receiverOf!(request) }),
    send: (request) => withoutSecrets(request.connection, () => code.send(request)),
    ...(code.feedback && { feedback: (request, connection) => code.feedback!(request, connection) }),
    ...(code.test && {
      test: (connection) => withoutSecrets(connection, () => code.test!(connection)),
    }),
    close: () => code.close?.(),
  };
}

/** The ways out that providers are given. */
export function servicesOf({
  http,
  destinations,
  template = async () => null,
}: {
  http: SafeHttpClient;
  destinations: Destinations;
  template?: ProviderServices['template'];
}): ProviderServices {
  return {
    http: (request) =>
      http.request(request).catch((error: unknown) => {
        throw error instanceof OutboundError ? asProviderError(error) : error;
      }),
    template,
    connect: (to) => connectToMailServer({ destinations, ...to }),
    connectTls: (to) =>
      connectTls({ destinations, ...to }).catch((error: unknown) => {
        throw error instanceof OutboundError ? asProviderError(error) : error;
      }),
  };
}

function asProviderError(error: OutboundError): ProviderError {
  return new ProviderError(
    {
      class: error.kind === 'refused' ? 'rejected' : error.kind,
      message: error.message,
      handedOver: error.handedOver,
      away: error.kind !== 'refused' && !error.handedOver,
    },
    { cause: error },
  );
}

export { isProviderError } from './provider-error.js';

export function isWithdrawn(error: unknown): boolean {
  return error instanceof Error && error.name === 'Withdrawn';
}

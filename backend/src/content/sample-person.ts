import type { JsonObject } from '@wend/contract';

/** Somebody to try things out with, before there are people. */
export const samplePerson = {
  id: '00000000-0000-4000-8000-000000000000',
  externalId: 'sample-customer',
  traits: {
    name: 'Mina Park',
    first_name: 'Mina',
    last_name: 'Park',
    email: 'mina.park@example.com',
    phone: '+82 10-0000-0000',
    plan: 'pro',
    city: 'Seoul',
    timezone: 'Asia/Seoul',
    locale: 'en',
  } satisfies JsonObject,
};

import { ProviderError, defineProvider } from '@wend/node-sdk';
import type { FeedbackEvent } from '@wend/node-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deliveryFixture, enroll, eventsOf, makeJourney, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { ChannelRegistry } from '../src/channels/index.js';
import { EventsService } from '../src/events/index.js';
import { ConsentRepository } from '../src/consents/consent.repository.js';
import { ConsentService } from '../src/consents/consent.service.js';
import { logger } from '../src/platform/logging/index.js';
import { ProfileRepository } from '../src/profiles/index.js';
import { InboundTexts } from '../src/replies/inbound-texts.js';
import { ReplyAnswers } from '../src/replies/reply-answers.js';
import { ReplyRepository } from '../src/replies/reply.repository.js';

/** What the provider is given; `next` is what becomes of it. */
const given: string[] = [];
let next: (handingOver: () => Promise<void>) => Promise<void>;
const gateway = defineProvider({
  channel: 'sms',
  name: 'gateway',
  title: 'Gateway',
  description: 'A gateway.',
  idempotent: false,
  settings: z.object({}),
  open: () => ({
    async send({ recipient, handingOver }) {
      await next(async () => {
        await handingOver();
        given.push(recipient!);
      });
      return { status: 'sent' };
    },
  }),
});

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let repository: ReplyRepository;
let answers: ReplyAnswers;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture({ brought: [gateway] });
  const { database, listeners, secrets, channels, registry } = fixture;
  journey = await makeJourney(database, { text: { type: 'wend/sms', config: { text: 'Hi' } } });
  repository = new ReplyRepository(database);
  answers = new ReplyAnswers(repository, channels, registry);
  const events = new EventsService(database);
  const consents = new ConsentService(new ConsentRepository(database), events);
  new InboundTexts(
    listeners,
    repository,
    new ProfileRepository(database),
    consents,
    events,
    secrets,
    new ChannelRegistry(),
  ).onModuleInit();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  given.length = 0;
  next = (handingOver) => handingOver();
  await fixture.database.query('delete from reply_answers');
});

async function connect(kind: string): Promise<{ id: string; kind: string }> {
  const [row] = await fixture.database.query<{ id: string }>(
    `insert into connections (workspace_id, kind, name, settings) values ($1, $2, $2, '{}') returning id`,
    [journey.workspaceId, kind],
  );
  return { id: row!.id, kind };
}

describe('whoever writes on a messenger', () => {
  it('is whom a message went to there, and nobody whose telephone number looks like that id', async () => {
    const { database, feedback } = fixture;
    // Read as a number, the id of the chat is that of somebody in Australia.
    const bystander = await enroll(database, { journey, traits: { phone: '+61 2 3456 7890' } });
    const person = await enroll(database, { journey, traits: { telegram_chat_id: '61234567890' } });
    const message = await queue(database, { journey, person, node: 'text', channel: 'telegram' });
    await database.query(`update messages set status = 'sent', recipient = '61234567890' where id = $1`, [message.id]);
    const connection = await connect('telegram-bot');
    const reply = (text: string, id: string): FeedbackEvent => ({
      kind: 'replied',
      recipient: '61234567890',
      text,
      id,
    });
    await feedback.take(journey, { connection, events: [reply('Is it still there?', '1'), reply('STOP', '2')] });
    const names = async (id: string) => (await eventsOf(database, journey, id)).map(({ name }) => name);
    expect(await names(bystander.profileId)).toEqual([]);
    expect(await names(person.profileId)).toEqual(['Message Replied', 'Unsubscribed']);
    const left = await database.query('select profile_id, channel from consents where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(left).toEqual([{ profile_id: person.profileId, channel: 'telegram' }]);
  });
});

describe('the answer to a reply', () => {
  const answered = async () =>
    (
      await fixture.database.query<{ number: string | null; error: string | null }>(
        'select number, error from reply_answers where workspace_id = $1',
        [journey.workspaceId],
      )
    )[0]!;
  const due = () => fixture.database.query('update reply_answers set due_at = now()');

  beforeEach(async () => {
    const { id: connectionId } = await connect('gateway');
    const answer = { channel: 'sms', connectionId, profileId: null, number: '+49301', numberKey: 'k', text: 'Bye' };
    await repository.answer(journey, { sql: fixture.database, answer });
  });

  it('of a worker that is killed while it hands it over is not sent by the next one', async () => {
    next = async (handingOver) => {
      await handingOver();
      await new Promise(() => undefined);
    };
    void answers.work();
    await expect.poll(() => given).toEqual(['+49301']);
    next = (handingOver) => handingOver();
    await due();
    await answers.work();
    expect(given).toEqual(['+49301']);
    expect(await answered()).toMatchObject({ number: null, error: expect.stringContaining('may not have gone out') });
  });

  it('is tried again when nobody has taken it, and keeps no number once it has gone out', async () => {
    next = async (handingOver) => {
      await handingOver();
      throw new ProviderError({ class: 'serverError', message: 'Busy', handedOver: false });
    };
    await answers.work();
    expect(await answered()).toEqual({ number: '+49301', error: 'Busy' });
    next = (handingOver) => handingOver();
    await due();
    await answers.work();
    expect([await answered(), given.length]).toEqual([{ number: null, error: null }, 2]);
  });
});

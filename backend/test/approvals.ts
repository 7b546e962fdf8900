import type { Command, Input, JsonObject } from '@wend/contract';
import type { CommitAnswer, CommitRequest, RunIdentity } from '@wend/temporal';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { ApprovalLinks } from '../src/approvals/approval-links.js';
import { ApprovalRepository } from '../src/approvals/approval.repository.js';
import { ApprovalsService } from '../src/approvals/approvals.service.js';
import { Asker } from '../src/approvals/asker.js';
import { AskingRepository } from '../src/approvals/asking.repository.js';
import { MailRepository } from '../src/approvals/mail.repository.js';
import { ApprovalMailer } from '../src/approvals/mailer.js';
import { Renderer } from '../src/content/index.js';
import { AwaitedNameRepository } from '../src/enrollments/awaited-name.repository.js';
import { AwaitedNames } from '../src/enrollments/awaited-names.js';
import { CommitRepository } from '../src/enrollments/commit.repository.js';
import { CommitService } from '../src/enrollments/commit.service.js';
import { EventsService } from '../src/events/index.js';
import { Config } from '../src/platform/config/index.js';
import { deliveryFixture, enroll, makeJourney, publicUrl } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { commitOf } from './seed.js';

/** What asks and takes answers, on a database of its own. */
export async function approvalsFixture({ allow = [] }: { allow?: string[] } = {}) {
  const delivery = await deliveryFixture({ allow });
  const { database, registry, channels, secrets } = delivery;
  const renderer = new Renderer();
  const config = new Config({ publicUrl } as unknown as Config);
  const links = new ApprovalLinks(config, secrets);
  const mails = new MailRepository(database);
  const commits = new CommitService(
    new CommitRepository(database),
    undefined as never,
    new AwaitedNames(new AwaitedNameRepository(database)),
  );
  return {
    ...delivery,
    links,
    mails,
    approvals: new ApprovalsService(
      new ApprovalRepository(database),
      new EventsService(database),
      new AuditLog(new AuditEntryRepository(database)),
    ),
    asker: () => new Asker(new AskingRepository(database), renderer),
    mailer: () => new ApprovalMailer(mails, links, config, registry, channels),
    commit: async (request: CommitRequest): Promise<CommitAnswer> => (await commits.commit([request]))[0]!,
    async close() {
      await renderer.close();
      await delivery.close();
    },
  };
}
export type ApprovalsFixture = Awaited<ReturnType<typeof approvalsFixture>>;

const choices = [
  { id: 'yes', label: 'Yes' },
  { id: 'no', label: 'No' },
];

/** A journey with a step that asks, and somebody whose run is to come to it. */
export async function asking(
  { database }: ApprovalsFixture,
  { traits = {}, origin = 'live', ...config }: JsonObject & { traits?: JsonObject; origin?: 'live' | 'test' } = {},
): Promise<{ journey: Journey; identity: RunIdentity }> {
  const journey = await makeJourney(database, {
    ask: { type: 'wend/approval', config: { question: 'Go on?', choices, people: [], ...config } },
  });
  const person = await enroll(database, { journey, traits, origin });
  return { journey, identity: { ...journey, ...person, origin } };
}

/** The step by which a run comes to what it asks, as the engine decides it. */
export function arriving(
  identity: RunIdentity,
  { until = null, at = Date.now() }: { until?: number | null; at?: number } = {},
) {
  const arms = choices.map(({ id }) => ({
    event: 'Approval Answered',
    messageOf: 'ask',
    messageVisit: 1,
    where: { op: 'compare', left: { source: 'property', path: 'choice' }, is: 'equals', value: id } as const,
  }));
  return commitOf(identity, {
    at,
    since: at,
    node: 'ask',
    run: { before: { answer: 42 } },
    eventPaths: { 'Approval Answered': ['answer', 'choice'] },
    commands: [
      { type: 'enter', node: 'ask', visit: 1, at },
      { type: 'openWait', wait: 'ask#1', node: 'ask', until, arms, asks: true },
    ],
  });
}

/** The next step: the time is up, or the run is ended. */
export function leaving(identity: RunIdentity, by: 'timer' | 'cancel', at = Date.now()): CommitRequest {
  const inputs: Input[] =
    by === 'timer' ? [{ type: 'timer', at, wait: 'ask#1' }] : [{ type: 'cancel', at, reason: 'enough' }];
  const commands: Command[] = [
    { type: 'closeWait', wait: 'ask#1' },
    { type: 'leave', node: 'ask', visit: 1, at, port: by === 'timer' ? 'timeout' : null },
    { type: 'end', outcome: by === 'timer' ? 'completed' : 'cancelled', reason: 'done', at },
  ];
  return commitOf(identity, { step: 1, at, inputs, commands });
}

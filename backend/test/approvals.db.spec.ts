import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalsFixture, arriving, asking, leaving } from './approvals.js';
import type { ApprovalsFixture } from './approvals.js';
import { mailServer } from './provider-edges.js';
import { logger } from '../src/platform/logging/index.js';
import { mergeProfiles } from '../src/profiles/index.js';
import { eraseRows } from '../src/upkeep/erasure.repository.js';

let fixture: ApprovalsFixture;
let mailbox: Awaited<ReturnType<typeof mailServer>>;
beforeAll(async () => {
  logger.level = 'silent';
  mailbox = await mailServer();
  fixture = await approvalsFixture({ allow: [mailbox.allow] });
});
afterAll(async () => {
  await fixture?.close();
  await mailbox?.close();
});

type Asked = Awaited<ReturnType<typeof asking>>['identity'];
const rows = ({ workspaceId }: Asked) =>
  fixture.database.query<Record<string, unknown> & { id: string }>('select * from approvals where workspace_id = $1', [
    workspaceId,
  ]);
const events = ({ workspaceId }: Asked) =>
  fixture.database.query<{ profile_id: string; properties: Record<string, unknown> }>(
    `select profile_id, properties from events where workspace_id = $1 and name = 'Approval Answered'`,
    [workspaceId],
  );
const mails = ({ workspaceId }: Asked) =>
  fixture.database.query<Record<string, unknown> & { id: string }>(
    'select * from approval_mails where workspace_id = $1 order by due_at, created_at, address',
    [workspaceId],
  );

/** A run that waits for an answer, and the question. */
async function open(config: Parameters<typeof asking>[1] = {}, until: number | null = null) {
  const { identity } = await asking(fixture, config);
  expect(await fixture.commit(arriving(identity, { until }))).toMatchObject({ outcome: 'applied' });
  await fixture.asker().work();
  const [approval] = await rows(identity);
  return { identity, approval: approval! };
}
const answer = (identity: Asked, id: string, more: { choice?: string; by?: string; note?: string } = {}) =>
  fixture.approvals.answer(identity, { id, choice: 'yes', note: '', by: 'Ann', via: 'link', ...more });

describe('a question', () => {
  it('is written with the wait for its answer, once, whoever commits the step again', async () => {
    const { identity } = await asking(fixture);
    await Promise.all(Array.from({ length: 6 }, () => fixture.commit(arriving(identity))));
    expect(await rows(identity)).toMatchObject([{ state: 'new', node: 'ask', visit: 1, wait: 'ask#1' }]);
  });

  it('is put into words as the person is, with what earlier steps came to, and only once', async () => {
    const { identity, approval } = await open({
      traits: { name: '김민지' },
      question: '{{ profile.name }}님께 {{ run.before.answer }}% 할인?',
      details: '<b>{{ profile.id }}</b>\nsecond line',
      people: [{ who: { kind: 'address', name: 'Partner', address: 'Boss@Example.com ' } }],
    });
    await Promise.all(Array.from({ length: 4 }, () => fixture.asker().work()));
    expect(approval).toMatchObject({
      state: 'open',
      question: '김민지님께 42% 할인?',
      details: `<b>${identity.profileId}</b>\nsecond line`,
      problem: null,
    });
    expect(await mails(identity)).toMatchObject([{ address: 'Boss@Example.com', name: 'Partner', reminder: false }]);
  });

  it('whose words cannot be filled in is asked as it was written, and says why', async () => {
    const { approval } = await open({ question: 'Pay {{ x | nosuch }}?' });
    expect(approval).toMatchObject({ state: 'open', question: 'Pay {{ x | nosuch }}?' });
    expect(approval['problem']).toContain('nosuch');
  });

  it('that a killed worker had in its hands is taken over by another one', async () => {
    const { identity } = await asking(fixture);
    await fixture.commit(arriving(identity));
    await fixture.database.query(
      `update approvals set next_at = now() + interval '60 seconds' where workspace_id = $1`,
      [identity.workspaceId],
    );
    await fixture.asker().work();
    expect(await rows(identity)).toMatchObject([{ state: 'new' }]);
    await fixture.database.query(`update approvals set next_at = now() where workspace_id = $1`, [
      identity.workspaceId,
    ]);
    await fixture.asker().work();
    expect(await rows(identity)).toMatchObject([{ state: 'open' }]);
  });

  it('asks nobody by email in a test run, twice, or about the control group', async () => {
    const ann = { who: { kind: 'address', address: 'ann@example.com' } } as const;
    const test = await open({ origin: 'test', people: [ann] });
    expect(await mails(test.identity)).toEqual([]);
    const twice = await open({ people: [ann, { who: { ...ann.who, address: 'ANN@example.com' } }] });
    expect(await mails(twice.identity)).toHaveLength(1);
    const control = await asking(fixture);
    await fixture.database.query('update enrollments set control = true where id = $1', [
      control.identity.enrollmentId,
    ]);
    await fixture.commit(arriving(control.identity));
    expect(await rows(control.identity)).toEqual([]);
  });
});

describe('an answer', () => {
  it('is given once, by whoever comes first of many, with one event that the run waits for', async () => {
    const { identity, approval } = await open();
    const became = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        answer(identity, approval.id, { choice: at % 2 ? 'yes' : 'no', by: `Member ${at}` }),
      ),
    );
    expect(became.filter((each) => each === 'answered')).toHaveLength(1);
    expect(became.filter((each) => each === 'over')).toHaveLength(9);
    const [row] = await rows(identity);
    const told = await events(identity);
    expect(told).toHaveLength(1);
    expect(told[0]!.properties).toMatchObject({
      nodeId: 'ask',
      visit: 1,
      enrollmentId: identity.enrollmentId,
      choice: row!['choice'],
      answer: { choice: row!['choice'], by: row!['answered_by'], note: '' },
    });
    expect(row).toMatchObject({ state: 'answered', answered_via: 'link' });
  });

  it('is one of those that are offered, and to a question that is there', async () => {
    const { identity, approval } = await open();
    expect(await answer(identity, approval.id, { choice: 'maybe' })).toBe('no-such-choice');
    const other = await open();
    expect(await answer(other.identity, approval.id)).toBe('gone');
    expect(await rows(identity)).toMatchObject([{ state: 'open' }]);
    expect(await events(identity)).toEqual([]);
  });

  it('keeps any text: 한글, halves of characters, NUL, markup', async () => {
    const { identity, approval } = await open();
    await answer(identity, approval.id, { note: '좋아요 👍\u0000\ud83d <script>' });
    expect(await rows(identity)).toMatchObject([{ note: '좋아요 👍\ufffd\ufffd <script>' }]);
  });

  it('comes before the deadline that is being committed, or not at all', async () => {
    for (let round = 0; round < 15; round++) {
      const { identity, approval } = await open({}, Date.now() + 3_600_000);
      await fixture.database.query(`update timers set until = now() + interval '1 hour' where enrollment_id = $1`, [
        identity.enrollmentId,
      ]);
      const [committed, became] = await Promise.all([
        fixture.commit(leaving(identity, 'timer')),
        answer(identity, approval.id),
      ]);
      const [row] = await rows(identity);
      if (became === 'answered') {
        expect(committed).toMatchObject({ outcome: 'eventsFirst', events: [{ type: 'event', wait: 'ask#1', arm: 0 }] });
        expect(row).toMatchObject({ state: 'answered' });
      } else {
        expect(committed).toMatchObject({ outcome: 'applied' });
        expect(row).toMatchObject({ state: 'expired' });
        expect(await events(identity)).toEqual([]);
      }
    }
  });

  it('that commits while the step of the deadline waits for it counts', async () => {
    const { identity, approval } = await open({}, Date.now() + 3_600_000);
    let commit: Promise<unknown> | undefined;
    const became = await fixture.approvals.answer(identity, {
      id: approval.id,
      choice: 'no',
      note: '',
      by: 'Ann',
      via: 'link',
      // The answer is written and not committed yet: the step finds the row held.
      also: async () => {
        commit = fixture.commit(leaving(identity, 'timer'));
        await new Promise((resolve) => setTimeout(resolve, 200));
      },
    });
    expect(became).toBe('answered');
    expect(await commit).toMatchObject({
      outcome: 'eventsFirst',
      events: [
        { type: 'event', wait: 'ask#1', arm: 1, event: { properties: { answer: { choice: 'no', by: 'Ann' } } } },
      ],
    });
  });

  it('is too late when the time is up, also before the run has noticed', async () => {
    const { identity, approval } = await open({}, Date.now() - 1);
    expect(await answer(identity, approval.id)).toBe('over');
    await fixture.commit(leaving(identity, 'timer'));
    expect(await rows(identity)).toMatchObject([{ state: 'expired' }]);
  });

  it('is not needed any more when the run ends or fails', async () => {
    const cancelled = await open();
    await fixture.commit(leaving(cancelled.identity, 'cancel'));
    expect(await rows(cancelled.identity)).toMatchObject([{ state: 'withdrawn' }]);
    expect(await answer(cancelled.identity, cancelled.approval.id)).toBe('over');
  });

  it('goes to whom the person has become, however a merge comes in between', async () => {
    for (let round = 0; round < 5; round++) {
      const { identity, approval } = await open();
      const [other] = await fixture.database.query<{ id: string }>(
        'insert into profiles (workspace_id) values ($1) returning id',
        [identity.workspaceId],
      );
      const merge = fixture.database.transaction(async (sql) => {
        await sql.query('select 1 from profiles where workspace_id = $1 order by id for update', [
          identity.workspaceId,
        ]);
        await mergeProfiles(identity, { sql, merges: [{ from: identity.profileId, into: other!.id }] });
      });
      const [became] = await Promise.all([answer(identity, approval.id), merge]);
      expect(became).toBe('answered');
      expect(await events(identity)).toMatchObject([{ profile_id: other!.id }]);
    }
  });
});

describe('mails', () => {
  const connectMail = ({ workspaceId }: Asked) => {
    const [host, port] = mailbox.allow.split(':');
    return fixture.database.query(
      `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'Mail', $2)`,
      [workspaceId, JSON.stringify({ host, port: Number(port), security: 'none', from: 'wend@example.com' })],
    );
  };
  const now = () => fixture.database.query('update approval_mails set due_at = now()');
  const states = async (identity: Asked) =>
    (await mails(identity)).map(({ reminder, state }) => `${reminder ? 'reminder' : 'mail'} ${state}`).sort();

  it('go to each once, however many send at once, and remind those who have not been answered for', async () => {
    mailbox.taken.length = 0;
    const { identity, approval } = await open({
      people: [
        { who: { kind: 'address', address: 'one@example.com' } },
        { who: { kind: 'address', address: '{{ profile.manager }}' } },
      ],
      traits: { manager: 'two@example.com' },
      remind: true,
      remindAfter: { amount: 2, unit: 'hours' },
    });
    await connectMail(identity);
    await Promise.all(Array.from({ length: 6 }, () => fixture.mailer().work()));
    expect(await states(identity)).toEqual(['mail sent', 'mail sent', 'reminder waiting', 'reminder waiting']);
    expect(mailbox.taken).toHaveLength(2);
    await now();
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail sent', 'mail sent', 'reminder sent', 'reminder sent']);
    expect(new Set(mailbox.taken).size).toBe(4);
    expect(await answer(identity, approval.id)).toBe('answered');
  });

  it('go to somebody else once, after the reminder, unless it is answered by then', async () => {
    mailbox.taken.length = 0;
    const { identity, approval } = await open({
      people: [{ who: { kind: 'address', address: 'one@example.com' } }],
      traits: { boss: 'boss@example.com' },
      remind: true,
      remindAfter: { amount: 1, unit: 'hours' },
      escalate: true,
      escalateAfter: { amount: 3, unit: 'hours' },
      escalateTo: { kind: 'address', name: 'The boss', address: '{{ profile.boss }}' },
    });
    await connectMail(identity);
    const due = await fixture.database.query(
      `select address, round(extract(epoch from due_at - created_at) / 3600)::int as hours, escalation
       from approval_mails where approval_id = $1 order by due_at`,
      [approval.id],
    );
    expect(due).toEqual([
      { address: 'one@example.com', hours: 0, escalation: false },
      { address: 'one@example.com', hours: 1, escalation: false },
      { address: 'boss@example.com', hours: 3, escalation: true },
    ]);
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail sent', 'mail waiting', 'reminder waiting']);
    await now();
    await Promise.all(Array.from({ length: 4 }, () => fixture.mailer().work()));
    expect(await states(identity)).toEqual(['mail sent', 'mail sent', 'reminder sent']);
    const [listed] = (await fixture.approvals.list(identity, { limit: 1 })).items;
    expect(listed!.mails.find(({ escalation }) => escalation)).toMatchObject({ to: 'The boss', state: 'sent' });
    await now();
    await fixture.mailer().work();
    expect(mailbox.taken).toHaveLength(3);
    expect(await answer(identity, approval.id)).toBe('answered');

    const early = await open({
      escalate: true,
      escalateTo: { kind: 'address', address: 'boss@example.com' },
    });
    await connectMail(early.identity);
    await answer(early.identity, early.approval.id);
    await now();
    await fixture.mailer().work();
    expect(await states(early.identity)).toEqual(['mail dropped']);
    expect(mailbox.taken).toHaveLength(3);
  });

  it('that are due after more than a day are tried again like any other', async () => {
    const { identity } = await open({ people: [{ who: { kind: 'address', address: 'one@example.com' } }] });
    await fixture.database.query(`update approval_mails set created_at = now() - interval '3 days', due_at = now()`);
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail waiting']);
    await fixture.database.query('update approval_mails set attempts = 31, due_at = now()');
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail dropped']);
  });

  it('remind nobody of what is answered', async () => {
    mailbox.taken.length = 0;
    const { identity, approval } = await open({
      people: [{ who: { kind: 'address', address: 'one@example.com' } }],
      remind: true,
    });
    await connectMail(identity);
    await fixture.mailer().work();
    await answer(identity, approval.id);
    await now();
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail sent', 'reminder dropped']);
    expect(mailbox.taken).toHaveLength(1);
  });

  it('say why they were not sent: no connection yet, no address, a member who is gone', async () => {
    const { identity } = await open({
      people: [
        { who: { kind: 'address', address: 'one@example.com' } },
        { who: { kind: 'address', address: '{{ profile.nobody }}' } },
        { who: { kind: 'member', member: '00000000-0000-4000-8000-000000000001' } },
      ],
    });
    await fixture.mailer().work();
    const found = await mails(identity);
    expect(found.map(({ error }) => error).sort()).toEqual([
      'Email has no connection. Add one under Settings → Channels.',
      'This is no email address.',
      'This member is gone.',
    ]);
    expect(await states(identity)).toEqual(['mail dropped', 'mail dropped', 'mail waiting']);
    expect((await fixture.approvals.list(identity, { limit: 1 })).items[0]!.mails).toHaveLength(3);
    await connectMail(identity);
    await now();
    await fixture.mailer().work();
    expect(await states(identity)).toEqual(['mail dropped', 'mail dropped', 'mail sent']);
  });

  it('lead to the page of their question, by a link that is not kept anywhere', async () => {
    const { identity } = await open({ people: [{ who: { kind: 'address', address: 'one@example.com' } }] });
    const [mail] = await mails(identity);
    const link = fixture.links.address({ workspaceId: identity.workspaceId, mailId: mail!.id });
    const token = link.split('/').at(-1)!;
    expect(fixture.links.read(token)).toEqual({ workspaceId: identity.workspaceId, mailId: mail!.id });
    expect(JSON.stringify([await mails(identity), await rows(identity)])).not.toContain(token.split('.')[1]);
  });
});

describe('a question of somebody who is erased', () => {
  it('is gone with its mails', async () => {
    const { identity, approval } = await open({ people: [{ who: { kind: 'address', address: 'a@example.com' } }] });
    expect(await mails(identity)).toHaveLength(1);
    await erase(identity);
    expect(await rows(identity)).toEqual([]);
    expect(await mails(identity)).toEqual([]);
    expect(await answer(identity, approval.id)).toBe('gone');
  });
});

describe('lists', () => {
  it('have what is open and what is over, page by page, without test runs unless they are asked for', async () => {
    const { identity, approval } = await open({ traits: { name: 'Ada' } });
    const of = (more: object = {}) => fixture.approvals.list(identity, { limit: 50, ...more });
    expect(await fixture.approvals.count(identity)).toBe(1);
    const { id: personId } = (await of()).items[0]!.person;
    expect((await of({ profileId: personId })).items).toHaveLength(1);
    expect((await of({ profileId: '00000000-0000-4000-8000-000000000000' })).items).toEqual([]);
    expect(await of({ state: 'open' })).toMatchObject({
      items: [{ id: approval.id, person: { name: 'Ada' }, node: { name: 'Node ask' }, answer: null, test: false }],
      next: null,
    });
    await answer(identity, approval.id, { note: 'Fine' });
    expect((await of({ state: 'open' })).items).toEqual([]);
    expect(await of({ state: 'closed', journeyId: identity.journeyId })).toMatchObject({
      items: [{ state: 'answered', answer: { choice: 'yes', label: 'Yes', note: 'Fine', by: 'Ann', via: 'link' } }],
    });
    const test = await open({ origin: 'test' });
    expect((await fixture.approvals.list(test.identity, { limit: 50 })).items).toEqual([]);
    const { enrollmentId } = test.identity;
    expect((await fixture.approvals.list(test.identity, { limit: 50, enrollmentId })).items).toMatchObject([
      { test: true },
    ]);
  });
});

async function erase({ workspaceId, profileId }: Asked): Promise<void> {
  await fixture.database.transaction((sql) => eraseRows({ workspaceId }, { sql, owner: 'profile', ids: [profileId] }));
}

import { randomUUID } from 'node:crypto';
import type { FeedbackKind } from '@wend/node-sdk';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enroll, historyOf, makeJourney, messageRow, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import type { FeedbackBench } from './feedback-bench.js';
import type { FeedbackSubject, Signer, Told } from './feedback-subjects.js';

type Sent = { id: string; providerId: string; profileId: string };

/**
 * What every provider that hears of its messages must keep: what is told early, twice, backwards, in part or by somebody
 * else. Through the address that it calls, with the real service and database behind it.
 */
export function feedbackContract(
  { name, channel }: { name: string; channel: string },
  { subject, bench: given }: { subject: FeedbackSubject; bench: () => FeedbackBench },
): void {
  const recipient = channel === 'email' ? 'ann@example.net' : '+821098765432';

  describe(`${name}, when it is told of messages,`, () => {
    let bench: FeedbackBench;
    let journey: Journey;
    let connection: { id: string; address: string };
    beforeAll(async () => {
      bench = given();
      journey = await makeJourney(bench.fixture.database, { step: { type: 'wend/exit', config: {} } });
      connection = await bench.connect(journey, { kind: name, subject });
    });
    beforeEach(() => void bench.heard.splice(0));

    /** A message as it is while its send waits for an answer. */
    async function sending(): Promise<Sent> {
      const { database } = bench.fixture;
      const person = await enroll(database, { journey });
      const { id, profileId } = await queue(database, { journey, person, node: 'step', channel });
      await database.query(
        `update messages set status = 'sending', provider = $3, connection_id = $4, recipient = $5, attempts = 1
         where workspace_id = $1 and id = $2`,
        [journey.workspaceId, id, name, connection.id, recipient],
      );
      return { id, profileId, providerId: `theirs-${randomUUID().slice(0, 8)}` };
    }
    const answered = ({ id, providerId }: Sent) =>
      bench.fixture.outcomes.record({
        workspaceId: journey.workspaceId,
        messageId: id,
        to: 'sent',
        providerId,
        attempt: { number: 1, provider: name, connectionId: connection.id, answer: '{"taken":true}' },
      });
    async function sent(): Promise<Sent> {
      const message = await sending();
      await answered(message);
      return message;
    }
    const told = (kind: FeedbackKind, message: Partial<Sent>, names = subject.names): Told => ({
      kind,
      messageId: names.includes('ours') ? message.id : undefined,
      providerId: names.includes('theirs') ? message.providerId : undefined,
      recipient: subject.people === undefined ? recipient : (message.id ?? recipient),
      eventId: randomUUID(),
    });
    const tell = (items: readonly unknown[], by: Signer = 'now', at = new Date()) =>
      bench.call(connection.address, subject.call(items, { by, at, address: connection.address }));
    const statusOf = async ({ id }: Sent) => (await messageRow(bench.fixture.database, journey, id)).status;
    const history = ({ id }: Sent) => historyOf(bench.fixture.database, journey, id);
    const waiting = () => bench.waiting(journey);
    const [earlier, later] = subject.road ?? [];

    if (earlier && later) {
      it('before the answer of the send is stored, by their id: it waits for it, and is applied once', async () => {
        const message = await sending();
        const early = told(later, message, ['theirs']);
        expect(await tell([early])).toBe(200);
        expect(await tell([early])).toBe(200);
        expect([await statusOf(message), await waiting()]).toEqual(['sending', 1]);
        await answered(message);
        await bench.sweep();
        expect([await statusOf(message), await waiting()]).toEqual([later, 0]);
        expect((await history(message)).filter((status) => status === later)).toEqual([later]);
      });

      if (subject.names.includes('ours'))
        it('before the answer of the send is stored, by our id: it counts at once, and the answer is kept all the same', async () => {
          const message = await sending();
          expect(await tell([told(earlier, message, ['ours'])])).toBe(200);
          expect(await statusOf(message)).toBe(earlier);
          await answered(message);
          expect(await statusOf(message)).toBe(earlier);
          const [row] = await bench.fixture.database.query(
            `select m.provider_id as id, array_agg(v.answer) filter (where v.answer is not null) as answers
             from messages m join message_events v on v.workspace_id = m.workspace_id and v.message_id = m.id
             where m.id = $1
             group by m.provider_id`,
            [message.id],
          );
          expect(row).toEqual({ id: message.providerId, answers: ['{"taken":true}'] });
          // What comes next names it by their id alone.
          expect(await tell([told(later, message, ['theirs'])])).toBe(200);
          expect(await statusOf(message)).toBe(later);
        });

      it('twice, one after the other and at once: once', async () => {
        const message = await sent();
        const again = told(later, message);
        const answers = [await tell([again]), ...(await Promise.all([tell([again]), tell([again])]))];
        expect(answers).toEqual([200, 200, 200]);
        expect((await history(message)).filter((status) => status === later)).toEqual([later]);
        expect(bench.heard.filter(({ event }) => event.kind === later)).toHaveLength(1);
      });

      it('backwards: a message only moves forward', async () => {
        const message = await sent();
        expect(await tell([told(later, message)])).toBe(200);
        const before = await history(message);
        expect(await tell([told(earlier, message)])).toBe(200);
        expect([await statusOf(message), await history(message)]).toEqual([later, before]);
      });

      it('by somebody else, unsigned, altered or too late: refused, and nothing changes', async () => {
        const message = await sent();
        const right = subject.call([told(later, message)], { by: 'now', at: new Date(), address: connection.address });
        const answers = [
          await tell([told(later, message)], 'stranger'),
          await tell([told(later, message)], 'nobody'),
          ...(subject.signsBody
            ? [await bench.call(connection.address, { ...right, body: right.body.replace(recipient, 'x') + ' ' })]
            : []),
          ...(subject.oldestMs === undefined
            ? []
            : [await tell([told(later, message)], 'now', new Date(Date.now() - subject.oldestMs))]),
        ];
        expect(answers.filter((status) => status !== 403)).toEqual([]);
        expect(await statusOf(message)).toBe('sent');
      });

      it('of messages that are not here: taken, and no other message changes', async () => {
        const message = await sent();
        const unknown = () => ({ id: randomUUID(), providerId: `theirs-${randomUUID()}` });
        for (const names of [subject.names, ['theirs'], ['ours']] as const)
          if (names.every((each) => subject.names.includes(each)))
            expect(await tell([told(later, unknown(), names)])).toBe(200);
        expect([await statusOf(message), await waiting()]).toEqual(['sent', 1]);
        await bench.forgetWaiting(journey);
      });

      it('in part unreadable: what can be read is taken', async () => {
        const [first, last] = [await sent(), await sent()];
        if (subject.batch) expect(await tell([told(later, first), ...subject.junk, told(later, last)])).toBe(200);
        else {
          for (const item of subject.junk) expect([200, 403]).toContain(await tell([item]));
          for (const message of [first, last]) expect(await tell([told(later, message)])).toBe(200);
        }
        expect([await statusOf(first), await statusOf(last)]).toEqual([later, later]);
        await bench.forgetWaiting(journey);
      });
    }

    if (subject.people) {
      it('tells of a person once, however often it is told', async () => {
        const gone = told(subject.people!, { id: randomUUID() });
        const answers = [await tell([gone]), ...(await Promise.all([tell([gone]), tell([gone])]))];
        expect(answers).toEqual([200, 200, 200]);
        expect(bench.heard.map(({ event }) => [event.kind, event.recipient])).toEqual([
          [subject.people, gone.recipient],
        ]);
      });

      it('of a person by somebody else, or unsigned: refused, and nobody hears it', async () => {
        const gone = told(subject.people!, { id: randomUUID() });
        expect([await tell([gone], 'stranger'), await tell([gone], 'nobody')]).toEqual([403, 403]);
        expect(bench.heard).toEqual([]);
      });

      it('in part unreadable: who can be read is heard', async () => {
        const people = [told(subject.people!, { id: randomUUID() }), told(subject.people!, { id: randomUUID() })];
        if (subject.batch) expect(await tell([people[0], ...subject.junk, people[1]])).toBe(200);
        else {
          for (const item of subject.junk) expect([200, 403]).toContain(await tell([item]));
          for (const person of people) expect(await tell([person])).toBe(200);
        }
        const heard = bench.heard.filter(({ event }) => event.kind === subject.people);
        expect(heard.map(({ event }) => event.recipient)).toEqual(people.map((person) => person.recipient));
      });
    }

    it('by a call without a body, of other bytes, or by a GET that proves nothing: never an error of ours', async () => {
      const right = subject.call([told(later ?? subject.people!, {})], {
        by: 'now',
        at: new Date(),
        address: connection.address,
      });
      for (const body of ['', '{', '\u0000\ud800', 'null', '"text"'])
        expect([200, 403]).toContain(await bench.call(connection.address, { ...right, body }));
      expect(await bench.call(connection.address, { headers: {}, body: '' }, 'GET')).toBe(403);
      await bench.forgetWaiting(journey);
    });

    if (subject.before)
      it('signed with the secret of before: taken while a rotation lasts, and no longer', async () => {
        const fresh = () => told(later ?? subject.people!, { id: randomUUID(), providerId: randomUUID() });
        expect(await tell([fresh()], 'before')).toBe(403);
        await bench.rotate(journey, { connection, subject, untilMs: Date.now() + 60_000 });
        expect([await tell([fresh()], 'before'), await tell([fresh()])]).toEqual([200, 200]);
        await bench.rotate(journey, { connection, subject, untilMs: Date.now() - 1 });
        expect(await tell([fresh()], 'before')).toBe(403);
        await bench.forgetWaiting(journey);
      });
  });
}

import { compareGraphs, countChanges, maximumNodes, roles } from '@wend/contract';
import type { Graph } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { publishDraft, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let server: TestApi;
let workspace: TestWorkspace;
let owner: Client;
beforeAll(async () => {
  server = await startTestApi();
  workspace = await server.workspace();
  owner = workspace.owner;
});
afterAll(() => server?.close());
afterEach(() => vi.useRealTimers());

/** Comes in by an event → waits → email. */
const welcome = (subject = 'Welcome', { days = 1, settings = {} as Partial<Graph['settings']> } = {}): Graph => {
  const node = (id: string, type: string, name: string, config: Graph['nodes'][string]['config']) => ({
    [id]: { id, type, version: 1, name, config, position: { x: 0, y: 0 } },
  });
  return {
    nodes: {
      ...node('entry', 'wend/entry-event', 'Signs up', { event: 'Signed Up' }),
      ...node('wait', 'wend/wait', 'Wait', { duration: { amount: days, unit: 'days' } }),
      ...node('mail', 'wend/email', 'Welcome', { subject, body: '<p>Hello</p>' }),
    },
    edges: [
      { id: 'a', from: 'entry', port: 'next', to: 'wait' },
      { id: 'b', from: 'wait', port: 'next', to: 'mail' },
    ],
    settings: { reentry: { rule: 'never' }, exitCriteria: [], ...settings },
  };
};
const create = async (graph = welcome(), client = owner): Promise<string> =>
  (await client.send('POST', '/api/journeys', { name: '환영', graph })).body.id;
const save = (id: string, graph: Graph, revision: number, client = owner) =>
  client.send('PUT', `/api/journeys/${id}/draft`, { graph, revision });
const preview = (id: string, client = owner) => client.send('POST', `/api/journeys/${id}/publish/preview`);
const publish = (id: string, token: string, client = owner) =>
  client.send('POST', `/api/journeys/${id}/publish`, { token });
const versionsOf = async (id: string) => (await owner.get(`/api/journeys/${id}/versions`)).body;

/** People who stand at a step of a version. */
const stand = (
  id: string,
  { version, node, people = 1, origin = 'live' }: { version: number; node: string; people?: number; origin?: string },
) =>
  server.database.query(
    `with made as (
       insert into profiles (workspace_id, external_id, traits)
       select $1, gen_random_uuid()::text, case when n % 3 = 0 then '{"first_name": "민아"}'::jsonb else '{}' end
       from generate_series(1, $5::int) n returning id
     )
     insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin,
         status, workflow_id, entered_at, node)
       select $1, $2, v.id, made.id, gen_random_uuid(), now(), $6, 'running', gen_random_uuid()::text, now(), $4
       from made, journey_versions v where v.workspace_id = $1 and v.journey_id = $2 and v.number = $3
       returning id, profile_id`,
    [workspace.id, id, version, node, people, origin],
  );

describe('versions', () => {
  it('are listed with who published them, what they wrote and who is inside, in pages', async () => {
    const id = await create();
    const other = await workspace.member('marketer');
    expect((await publishDraft(owner, id, { note: ' 첫 번째 — 인사말 ' })).status).toBe(201);
    await save(id, welcome('안녕하세요'), 1, other);
    expect((await publishDraft(other, id)).status).toBe(201);
    await stand(id, { version: 1, node: 'wait', people: 3 });
    await stand(id, { version: 1, node: 'wait', origin: 'test' });
    expect((await versionsOf(id)).items).toEqual([
      expect.objectContaining({ number: 2, note: null, current: true, people: 0 }),
      expect.objectContaining({
        number: 1,
        note: '첫 번째 — 인사말',
        publishedBy: workspace.ownerEmail,
        current: false,
        people: 3,
      }),
    ]);
    const first = (await owner.get(`/api/journeys/${id}/versions?limit=1`)).body;
    expect(first.items.map((each: { number: number }) => each.number)).toEqual([2]);
    const rest = (await owner.get(`/api/journeys/${id}/versions?limit=1&cursor=${first.next}`)).body;
    expect(rest).toMatchObject({ items: [{ number: 1 }], next: null });
    expect((await owner.get(`/api/journeys/${id}/versions?cursor=x`)).status).toBe(400);
    expect((await owner.get(`/api/journeys/${id}/versions/1`)).body.note).toBe('첫 번째 — 인사말');
  });

  it('come back into the draft, on top of the draft that was read only, and are noted', async () => {
    const id = await create();
    await publishDraft(owner, id);
    await save(id, welcome('Other'), 1);
    const restore = (number: number, revision: unknown) =>
      owner.send('POST', `/api/journeys/${id}/versions/${number}/restore`, { revision });
    expect(await restore(1, 1)).toMatchObject({ status: 409, body: { code: 'draft-conflict' } });
    const missing = await restore(1, undefined);
    expect(missing.status).toBe(400);
    expect(JSON.stringify(missing.body.errors)).toContain('GET /api/journeys/{id} gives it');
    expect((await restore(7, 2)).status).toBe(404);
    expect((await restore(1, 2)).body).toMatchObject({ revision: 3, draft: welcome(), draftChanged: false });
    expect(
      await server.database.query(
        `select detail from audit_log where workspace_id = $1 and subject = $2 and action = 'journey.restore-version'`,
        [workspace.id, `journey:${id}`],
      ),
    ).toEqual([{ detail: { name: '환영', version: 1, revision: 3 } }]);
    // What the draft says already is no change.
    expect((await restore(1, 3)).body.revision).toBe(3);
  });
});

describe('a draft', () => {
  it('says who changed it last, and a save on an older one says so too', async () => {
    const id = await create();
    const other = await workspace.member('marketer');
    await save(id, welcome('Theirs'), 1, other);
    const { draftEdited } = (await owner.get(`/api/journeys/${id}`)).body;
    expect(draftEdited).toMatchObject({ by: expect.stringContaining('marketer'), you: false });
    expect((await other.get(`/api/journeys/${id}`)).body.draftEdited.you).toBe(true);
    const refused = await save(id, welcome('Mine'), 1);
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain(draftEdited.by);
    // Renaming and publishing change no draft.
    await owner.send('PATCH', `/api/journeys/${id}`, { name: 'Hello' });
    await publishDraft(owner, id);
    expect((await owner.get(`/api/journeys/${id}`)).body.draftEdited).toEqual(draftEdited);
    expect((await preview(id)).body.draftEdited).toEqual(draftEdited);
  });

  it('is never overwritten unseen, in whatever order two tabs and a program write', async () => {
    const { key: _, ...program } = await workspace.key('admin');
    const writers = [owner, await workspace.member('marketer'), program];
    const act = fc.record({ who: fc.nat(2), does: fc.constantFrom('load', 'save', 'save', 'restore', 'publish') });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (acts) => {
        const id = await create();
        await publishDraft(owner, id);
        let stored = { revision: 1, subject: 'Welcome', version: 1, count: 1 };
        const seen = writers.map(() => 1);
        const tokens: (string | null)[] = writers.map(() => null);
        for (const [index, { who, does }] of acts.entries()) {
          const writer = writers[who]!;
          const subject = `${index} by ${who}`;
          if (does === 'load') {
            seen[who] = (await writer.get(`/api/journeys/${id}`)).body.revision;
            tokens[who] = (await preview(id, writer)).body.token;
          } else if (does === 'publish') {
            const token = tokens[who];
            if (token == null) continue;
            const answer = await publish(id, token, writer);
            if (answer.status === 201) {
              // Only what they looked at: nobody has written since.
              expect(seen[who]).toBe(stored.revision);
              stored = { ...stored, version: answer.body.version };
            } else expect([200, 409]).toContain(answer.status);
          } else {
            const answer =
              does === 'save'
                ? await save(id, welcome(subject), seen[who]!, writer)
                : await writer.send('POST', `/api/journeys/${id}/versions/1/restore`, { revision: seen[who] });
            const written = does === 'save' ? subject : 'Welcome';
            if (answer.status === 200) {
              expect(seen[who] === stored.revision || written === stored.subject).toBe(true);
              seen[who] = answer.body.revision;
              stored = { ...stored, revision: answer.body.revision, subject: written };
            } else {
              expect(answer.status).toBe(409);
              expect(seen[who]).not.toBe(stored.revision);
            }
          }
        }
        const { draft, revision, version } = (await owner.get(`/api/journeys/${id}`)).body;
        expect([draft.nodes.mail.config.subject, revision, version]).toEqual([
          stored.subject,
          stored.revision,
          stored.version,
        ]);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('is saved by one of many at the same time', async () => {
    const id = await create();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => save(id, welcome(`${n}`), 1)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await owner.get(`/api/journeys/${id}`)).body.revision).toBe(2);
  });
});

describe('the token of a preview', () => {
  it('is asked for, and says where it is got', async () => {
    const id = await create();
    const answer = await owner.send('POST', `/api/journeys/${id}/publish`, {});
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('/publish/preview');
    expect((await owner.send('POST', `/api/journeys/${id}/publish`, { revision: 1 })).status).toBe(400);
    expect((await versionsOf(id)).items).toEqual([]);
  });

  it('is for one journey and one caller, and cannot be made up', async () => {
    const [id, another] = [await create(), await create()];
    const { token } = (await preview(id)).body;
    const invalid = { status: 400, body: { code: 'publish-token-invalid' } };
    expect(await publish(another, token)).toMatchObject(invalid);
    expect(await publish(id, token, await workspace.member('owner'))).toMatchObject(invalid);
    expect(await publish(id, token, await workspace.key('admin'))).toMatchObject(invalid);
    for (const made of ['x', '.', `${token}x`, `x${token}`, token.replace(/^.*\./, 'W10.')])
      expect(await publish(id, made), made).toMatchObject(invalid);
    const stranger = (await server.workspace()).owner;
    expect((await publish(id, token, stranger)).status).toBe(404);
    expect((await publish(id, token)).status).toBe(201);
  });

  it('is outdated once the draft, the version, the journey or the time has moved on, and cannot be used again', async () => {
    const id = await create();
    const outdated = (words: string) => ({
      status: 409,
      body: { code: 'publish-token-outdated', detail: expect.stringContaining(words) },
    });
    const first = (await preview(id)).body;
    expect(Date.parse(first.expiresAt) - Date.now()).toBeGreaterThan(590_000);
    expect((await publish(id, first.token)).status).toBe(201);
    expect(await publish(id, first.token)).toMatchObject(outdated('Version 1 was published'));
    const second = (await preview(id)).body;
    await save(id, welcome('새로운 제목'), 1);
    expect(await publish(id, second.token)).toMatchObject(outdated(`${workspace.ownerEmail} changed the draft`));
    const third = (await preview(id)).body;
    await owner.send('POST', `/api/journeys/${id}/control`, { action: 'pause' });
    expect(await publish(id, third.token)).toMatchObject(outdated('is paused now'));
    const fourth = (await preview(id)).body;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect(await publish(id, fourth.token)).toMatchObject(outdated('10 minutes'));
    vi.useRealTimers();
    expect((await publish(id, fourth.token)).body).toMatchObject({ version: 2 });
  });

  it('is given to whoever may publish', async () => {
    const id = await create();
    for (const role of roles) {
      const { status } = await preview(id, await workspace.member(role));
      expect(status, role).toBe(role === 'analyst' ? 403 : 200);
    }
    expect((await preview(id, await workspace.key('read'))).status).toBe(403);
  });
});

describe('a preview', () => {
  it('refuses what publishing refuses', async () => {
    const broken = welcome();
    broken.nodes['mail']!.config['subject'] = '{{ profile.first_name';
    const id = await create(broken);
    expect(await preview(id)).toMatchObject({ status: 422, body: { code: 'invalid-journey' } });
    const gone = await create();
    await owner.send('POST', `/api/journeys/${gone}/archive`);
    expect(await preview(gone)).toMatchObject({ status: 409, body: { code: 'journey-archived' } });
  });

  it('says who stands at what changes, by version, over five publications', async () => {
    const id = await create();
    for (let days = 1; days <= 5; days += 1) {
      const { revision } = (await owner.get(`/api/journeys/${id}`)).body;
      await save(id, welcome('Welcome', { days }), revision);
      expect((await publishDraft(owner, id)).body.version).toBe(days);
      await stand(id, { version: days, node: 'wait', people: days });
      await stand(id, { version: days, node: 'mail' });
    }
    const next = welcome('Welcome', { days: 2 });
    delete next.nodes['mail'];
    next.edges.pop();
    next.nodes['sms'] = {
      ...welcome().nodes['mail']!,
      id: 'sms',
      type: 'wend/sms',
      name: '문자',
      config: { text: '안녕' },
    };
    next.edges.push({ id: 'c', from: 'wait', port: 'next', to: 'sms' });
    await save(id, next, (await owner.get(`/api/journeys/${id}`)).body.revision);
    const { body } = await preview(id);
    expect(body).toMatchObject({
      version: 5,
      next: 6,
      unchanged: false,
      changes: {
        added: [{ node: 'sms', name: '문자' }],
        removed: [{ node: 'mail' }],
        changed: [{ node: 'wait', fields: ['duration'] }],
        rewired: [{ node: 'wait' }],
        settings: [],
      },
      inside: { people: 20 },
    });
    expect(body.inside.versions).toEqual([5, 4, 3, 2, 1].map((version) => ({ version, people: version + 1 })));
    expect(body.steps).toEqual([
      {
        node: 'wait',
        name: 'Wait',
        change: 'changed',
        people: 15,
        versions: [5, 4, 3, 2, 1].map((version) => ({ version, people: version })),
        can: { follow: 15, move: 15 },
      },
      {
        node: 'mail',
        name: 'Welcome',
        change: 'removed',
        people: 5,
        versions: expect.any(Array),
        can: { follow: 0, move: 0 },
      },
    ]);
    expect((await publishDraft(owner, id)).body.version).toBe(6);
    expect((await versionsOf(id)).items.map((each: { people: number }) => each.people)).toEqual([0, 6, 5, 4, 3, 2]);
  });

  it('says which values are missing for whom: of the people inside, else of those who could enter', async () => {
    const graph = welcome(
      'Hi {{ profile.first_name }}{{ profile.last_name | default: "" }}{% if profile.plan %}!{% endif %} {{ profile.external_id }}',
    );
    const id = await create(graph);
    await publishDraft(owner, id);
    const variables = async () => (await preview(id)).body.variables;
    // Nobody is inside, and nobody ever did the event.
    expect((await variables()).of).toBe('everybody');
    const rows = await stand(id, { version: 1, node: 'wait', people: 9 });
    expect(await variables()).toEqual({
      of: 'inside',
      people: 9,
      empty: [{ node: 'mail', name: 'Welcome', path: 'subject', variable: 'profile.first_name', people: 6 }],
      uncounted: [],
    });
    await server.database.query('update enrollments set ended_at = now() where journey_id = $1', [id]);
    const { key } = await workspace.key('ingest');
    await fetch(`${server.url}/v1/track`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      },
      body: JSON.stringify({ userId: '한글', event: 'Signed Up', messageId: 'signed-up' }),
    });
    expect(await variables()).toMatchObject({ of: 'could-enter', people: 1, empty: [{ people: 1 }] });
    expect(rows).toHaveLength(9);
  });

  it('says which messages people inside could get again, only where they may enter again', async () => {
    const again = async (settings: Partial<Graph['settings']>) => {
      const id = await create(welcome('Welcome', { settings }));
      await publishDraft(owner, id);
      const rows = await stand(id, { version: 1, node: 'wait', people: 4 });
      await server.database.query(
        `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status,
             queued_at, next_attempt_at)
           select $1, e.id, e.journey_id, e.version_id, e.profile_id, 'mail', 1, 'email',
             case when e.id = $3 then 'queued' else 'delivered' end, now(), now() + interval '1 year'
           from enrollments e where e.journey_id = $2`,
        [workspace.id, id, rows[0]!['id']],
      );
      return (await preview(id)).body.again;
    };
    expect(await again({ reentry: { rule: 'never' } })).toEqual([]);
    expect(await again({ reentry: { rule: 'whenLeft' } })).toEqual([{ node: 'mail', name: 'Welcome', people: 3 }]);
  });
});

describe('a journey of 1,000 steps', () => {
  const long = (word: string) =>
    graphOf([
      entry('Began', 'step-0'),
      ...Array.from({ length: maximumNodes - 1 }, (_, index): Step => {
        const next = `step-${index + 1}`;
        const to = index + 2 < maximumNodes ? { next } : {};
        return index % 10 === 0
          ? { id: `step-${index}`, type: 'wend/wait', config: { duration: { amount: 1, unit: 'hours' } }, to }
          : {
              id: `step-${index}`,
              type: 'wend/set-trait',
              config: { traits: [{ name: `trait_${index}`, value: index % 100 === 1 ? word : 'same' }] },
              to,
            };
      }),
    ]);

  it('is saved, previewed, published, listed, compared and restored over HTTP', async () => {
    const [first, second] = [long('첫'), long('둘')];
    const id = await create(first);
    expect((await preview(id)).body).toMatchObject({ version: null, next: 1 });
    expect((await publishDraft(owner, id)).body).toMatchObject({ version: 1 });
    await stand(id, { version: 1, node: 'step-500', people: 3 });
    expect((await save(id, second, 1)).body).toMatchObject({ revision: 2 });
    const seen = (await preview(id)).body;
    expect(seen).toMatchObject({ version: 1, next: 2, inside: { people: 3 } });
    expect(seen.changes.changed).toHaveLength(maximumNodes / 100);
    expect((await publish(id, seen.token)).body).toMatchObject({ version: 2 });
    expect((await versionsOf(id)).items).toMatchObject([{ number: 2 }, { number: 1, people: 3 }]);
    const [before, after] = await Promise.all(
      [1, 2].map(async (number) => (await owner.get(`/api/journeys/${id}/versions/${number}`)).body.graph as Graph),
    );
    expect(countChanges(compareGraphs({ before: before!, after: after! }))).toBe(maximumNodes / 100);
    const restored = await owner.send('POST', `/api/journeys/${id}/versions/1/restore`, { revision: 2 });
    expect(restored.body).toMatchObject({ revision: 3, draft: first });
    expect((await owner.get(`/api/journeys/${id}`)).body.draft).toEqual(first);
  }, 60_000);
});

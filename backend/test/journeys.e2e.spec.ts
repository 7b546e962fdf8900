import { maximumNodes, roles } from '@wend/contract';
import type { Graph, JourneyDetail } from '@wend/contract';
import pg from 'pg';
import { programFormat } from '@wend/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JourneysService, programHash } from '../src/journeys/index.js';
import { SweeperRepository } from '../src/enrollments/sweeper.repository.js';
import { publishDraft, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';

let server: TestApi;
let workspace: TestWorkspace;
beforeAll(async () => {
  server = await startTestApi();
  workspace = await server.workspace();
});
afterAll(() => server?.close());

const settings: Graph['settings'] = { reentry: { rule: 'never' }, exitCriteria: [] };
/** Signed up → wait a day → email. */
const welcome = (event = 'Signed Up'): Graph => ({
  nodes: {
    entry: {
      id: 'entry',
      type: 'wend/entry-event',
      version: 1,
      name: 'Signs up',
      config: { event },
      position: { x: 0, y: 0 },
    },
    wait: {
      id: 'wait',
      type: 'wend/wait',
      version: 1,
      name: 'A day',
      config: { duration: { amount: 1, unit: 'days' } },
      position: { x: 0, y: 120 },
    },
    mail: {
      id: 'mail',
      type: 'wend/email',
      version: 1,
      name: 'Welcome',
      config: { subject: 'Welcome', body: '<p>Hello</p>' },
      position: { x: 0, y: 240 },
    },
  },
  edges: [
    { id: 'entry-wait', from: 'entry', port: 'next', to: 'wait' },
    { id: 'wait-mail', from: 'wait', port: 'next', to: 'mail' },
  ],
  settings,
});

async function create(client: Client, graph?: Graph): Promise<JourneyDetail> {
  const answer = await client.send('POST', '/api/journeys', { name: 'Welcome', ...(graph && { graph }) });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
async function published(client: Client, graph = welcome()): Promise<JourneyDetail> {
  const journey = await create(client, graph);
  expect(await publishDraft(client, journey.id)).toMatchObject({
    status: 201,
    body: { version: 1 },
  });
  return journey;
}
const control = (client: Client, id: string, action: string) =>
  client.send('POST', `/api/journeys/${id}/control`, { action });
const entries = (id: string) =>
  server.database.query('select event_name, version_id from journey_entries where journey_id = $1', [id]);
const addRun = (journeyId: string, { origin = 'live', ended = false } = {}) =>
  server.database.query(
    `insert into enrollments (
       workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status, workflow_id,
         entered_at, ended_at
     )
     select workspace_id, journey_id, id, gen_random_uuid(), gen_random_uuid(), now(), $2,
       case when $3 then 'completed' else 'running' end, gen_random_uuid()::text, now(), case when $3 then now() end
       from journey_versions where journey_id = $1 limit 1 returning id`,
    [journeyId, origin, ended],
  );

describe('a new journey', () => {
  it('begins with an entry to build on and is listed as a draft', async () => {
    const fresh = await server.workspace();
    expect((await fresh.owner.get('/api/journeys')).body).toEqual({ items: [] });
    const journey = await create(fresh.owner);
    expect(Object.values(journey.draft.nodes).map((node) => node.type)).toEqual(['wend/entry-event']);
    expect(journey).toMatchObject({
      status: 'draft',
      version: null,
      revision: 1,
      publishedAt: null,
      entered: 0,
      active: 0,
      messages: 0,
    });
    const { draft: _, revision: __, draftEdited, ...summary } = journey;
    expect(draftEdited).toMatchObject({ by: fresh.ownerEmail, you: true });
    expect((await fresh.owner.get('/api/journeys')).body.items).toEqual([summary]);
  });

  it('takes a graph and says how people get in', async () => {
    expect(await create(workspace.owner, welcome('Cart Left'))).toMatchObject({
      entries: [{ before: 'on', name: 'Cart Left' }],
      draft: welcome('Cart Left'),
    });
  });

  it('is renamed and deleted', async () => {
    const { id } = await create(workspace.owner);
    expect((await workspace.owner.send('PATCH', `/api/journeys/${id}`, { name: '  Onboarding ' })).body.name).toBe(
      'Onboarding',
    );
    expect((await workspace.owner.send('PATCH', `/api/journeys/${id}`, { name: '   ' })).status).toBe(400);
    expect((await workspace.owner.send('DELETE', `/api/journeys/${id}`)).body).toEqual({ ok: true });
    expect((await workspace.owner.get(`/api/journeys/${id}`)).status).toBe(404);
  });
});

describe('saving a draft', () => {
  const save = (id: string, graph: unknown, revision: number) =>
    workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision });

  it('stores unfinished graphs and says what is wrong with them', async () => {
    const { id } = await create(workspace.owner);
    const graph = welcome('');
    const saved = await save(id, graph, 1);
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(saved.body.issues).toContainEqual(expect.objectContaining({ severity: 'error', nodeId: 'entry' }));
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({
      revision: 2,
      draft: graph,
      entries: [],
    });
    expect(
      (await save(id, welcome(), 2)).body.issues.filter((issue: { severity: string }) => issue.severity === 'error'),
    ).toEqual([]);
  });

  it('takes a draft that is unfinished anywhere, gives it back as it was, and publishes it once it is finished', async () => {
    const { id } = await create(workspace.owner, welcome());
    const half = { op: 'compare', left: { source: 'property', path: '' }, is: 'equals', value: null };
    const graph = {
      ...welcome(),
      nodes: {
        ...welcome().nodes,
        wait: { ...welcome().nodes['wait']!, name: '', config: { duration: { unit: 'days' } } },
        mail: { ...welcome().nodes['mail']!, name: 'x'.repeat(150) },
      },
      settings: {
        reentry: { rule: 'after', afterSeconds: null, key: '' },
        exitCriteria: [
          { id: 'new', event: '' },
          { id: 'no id', event: 'Paid', where: { op: 'all', rules: [half] } },
        ],
      },
    };
    const saved = await save(id, graph, 1);
    expect(saved, JSON.stringify(saved.body)).toMatchObject({ status: 200, body: { revision: 2 } });
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.draft).toEqual(graph);
    const paths = saved.body.issues
      .filter((issue: { severity: string }) => issue.severity === 'error')
      .map((issue: { path?: string; code: string }) => issue.path ?? issue.code);
    expect(paths).toEqual(
      expect.arrayContaining([
        'duration.amount',
        'settings.reentry.afterSeconds',
        'settings.exitCriteria[0].event',
        'settings.exitCriteria[1]',
        'settings.exitCriteria[1].where.rules[0].left.path',
        'name-too-long',
      ]),
    );
    expect(await publishDraft(workspace.owner, id)).toMatchObject({
      status: 422,
      body: { code: 'invalid-journey' },
    });
    expect((await save(id, welcome(), 2)).status).toBe(200);
    expect((await publishDraft(workspace.owner, id)).status).toBe(201);
  });

  it('leaves nothing to publish when what was done is taken back', async () => {
    const { id } = await published(workspace.owner);
    const changed = async () => (await workspace.owner.get(`/api/journeys/${id}`)).body.draftChanged as boolean;
    expect(await changed()).toBe(false);
    await save(id, welcome('Pasted'), 1);
    expect(await changed()).toBe(true);
    expect(await save(id, welcome(), 2)).toMatchObject({ status: 200, body: { revision: 3 } });
    expect(await changed()).toBe(false);
    await save(id, welcome('Again'), 3);
    expect(await changed()).toBe(true);
  });

  it('refuses to overwrite a newer draft', async () => {
    const { id } = await create(workspace.owner, welcome());
    const answers = await Promise.all(['A', 'B'].map((event) => save(id, welcome(event), 1)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body.code).toBe('draft-conflict');
    const winner = answers[0]!.status === 200 ? 'A' : 'B';
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({
      revision: 2,
      entries: [{ name: winner }],
    });
  });

  it('accepts a save again whose answer was lost', async () => {
    const { id } = await create(workspace.owner, welcome());
    await save(id, welcome('Changed'), 1);
    expect(await save(id, welcome('Changed'), 1)).toMatchObject({ status: 200, body: { revision: 2 } });
  });

  it('refuses graphs that do not hold together, and text that cannot be stored', async () => {
    const { id } = await create(workspace.owner, welcome());
    const dangling = { ...welcome(), edges: [{ id: 'x', from: 'entry', port: 'next', to: 'nowhere' }] };
    expect(await save(id, dangling, 1)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'graph.edges.0.to' }] },
    });
    const misplaced = { ...welcome(), nodes: { other: welcome().nodes['entry'] }, edges: [] };
    expect(await save(id, misplaced, 1)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'graph.nodes.other.id' }] },
    });
    const doubled = { ...welcome(), edges: [...welcome().edges, { ...welcome().edges[0]!, id: 'again' }] };
    const words = expect.stringMatching(
      /^Two lines leave “.+” on the path “next”\. Each path can lead to only one step\.$/,
    );
    expect(await save(id, doubled, 1)).toMatchObject({
      status: 400,
      body: { detail: words, errors: [{ path: `graph.edges.${welcome().edges.length}.port`, message: words }] },
    });
    expect(await workspace.owner.send('POST', '/api/journeys', { name: 'Doubled', graph: doubled })).toMatchObject({
      status: 400,
      body: { detail: words },
    });
    const large = {
      ...welcome(),
      edges: [],
      nodes: Object.fromEntries(
        Array.from({ length: maximumNodes + 1 }, (_, index) => [
          `n${index}`,
          { ...welcome().nodes['entry']!, id: `n${index}` },
        ]),
      ),
    };
    expect(await save(id, large, 1)).toMatchObject({
      status: 400,
      body: { detail: 'The journey has 1,001 steps. The maximum is 1,000.' },
    });
    const zero = welcome();
    zero.nodes['entry']!.name = 'a\u0000b';
    expect((await save(id, zero, 1)).status).toBe(400);
    const polluting = JSON.stringify({ graph: welcome(), revision: 1 }).replace(
      '"event":',
      '"__proto__":{"x":1},"event":',
    );
    expect((await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, polluting)).status).toBe(400);
    const deep = `${'{"op":"not","rule":'.repeat(20_000)}null${'}'.repeat(20_000)}`;
    expect(
      (await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, `{"revision":1,"graph":${deep}}`)).status,
    ).toBe(400);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.revision).toBe(1);
  });
});

describe('publishing', () => {
  it('makes a version that people enter by its event', async () => {
    const journey = await published(workspace.owner);
    expect((await workspace.owner.get(`/api/journeys/${journey.id}`)).body).toMatchObject({
      status: 'live',
      version: 1,
      draftChanged: false,
      publishedAt: expect.any(String),
    });
    const version = (await workspace.owner.get(`/api/journeys/${journey.id}/versions/1`)).body;
    expect(version).toMatchObject({
      journeyId: journey.id,
      number: 1,
      graph: welcome(),
      publishedBy: expect.stringContaining('@'),
    });
    const [stored] = await server.database.query(
      `select v.id, v.entries, v.reentry, p.program, p.format
        from journey_versions v
        join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
        where v.journey_id = $1`,
      [journey.id],
    );
    expect(stored).toMatchObject({
      entries: [{ node: 'entry', kind: 'event', event: 'Signed Up' }],
      reentry: { rule: 'never' },
      format: programFormat,
    });
    expect(programHash(stored!['program'])).toBe(version.programHash);
    expect(await entries(journey.id)).toEqual([{ event_name: 'Signed Up', version_id: stored!['id'] }]);
  });

  it('keeps the old version and lets people into the new one', async () => {
    const { id } = await published(workspace.owner);
    await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome('Cart Left'), revision: 1 });
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({ version: 1, draftChanged: true });
    expect((await publishDraft(workspace.owner, id)).body.version).toBe(2);
    expect((await workspace.owner.get(`/api/journeys/${id}/versions/1`)).body.graph).toEqual(welcome());
    expect(await entries(id)).toEqual([expect.objectContaining({ event_name: 'Cart Left' })]);
  });

  it('is refused with the issues when the draft cannot compile, and changes nothing', async () => {
    const { id } = await create(workspace.owner, welcome(''));
    const answer = await publishDraft(workspace.owner, id);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-journey' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.issues).toContainEqual(
      expect.objectContaining({ severity: 'error', nodeId: 'entry', message: expect.any(String) }),
    );
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({ status: 'draft', version: null });
    expect(await entries(id)).toEqual([]);
  });

  it('is refused when a rule can never hold, in a step, in the entry and in the settings; the draft is kept', async () => {
    const never = {
      op: 'all',
      rules: [{ op: 'compare', left: { source: 'property', path: 'total' }, is: 'greaterThan', value: true }],
    };
    const graph = welcome();
    graph.nodes['entry'] = { ...graph.nodes['entry']!, config: { event: 'Signed Up', where: never } as never };
    const hour = { op: 'compare', left: { source: 'localTime', part: 'hour' }, is: 'equals', value: 99 };
    graph.nodes['branch'] = {
      id: 'branch',
      type: 'wend/branch',
      version: 1,
      name: 'Late',
      config: { branches: [{ id: 'late', label: 'Late', rule: { op: 'all', rules: [hour] } }] },
      position: { x: 0, y: 360 },
    };
    graph.edges.push({ id: 'mail-branch', from: 'mail', port: 'queued', to: 'branch' });
    graph.settings = {
      reentry: { rule: 'never' },
      exitCriteria: [{ id: 'x', event: 'Ordered', where: never as never }],
    };
    const { id } = await create(workspace.owner, graph);
    const { status, body } = await publishDraft(workspace.owner, id);
    expect([status, body.code]).toEqual([422, 'invalid-journey']);
    expect(
      body.issues
        .filter((issue: any) => issue.severity === 'error')
        .map((issue: any) => [issue.nodeId, issue.path, issue.message]),
    ).toEqual([
      ['entry', 'where.rules[0].value', expect.stringContaining('This comparison needs a number')],
      ['branch', 'branches[0].rule.rules[0].value', 'An hour must be a whole number from 0 to 23.'],
      [
        undefined,
        'settings.exitCriteria[0].where.rules[0].value',
        expect.stringContaining('This comparison needs a number'),
      ],
    ]);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.draft).toEqual(graph);
  });

  it('names node types that are not loaded', async () => {
    const graph = welcome();
    graph.nodes['mail'] = { ...graph.nodes['mail']!, type: 'acme/unheard-of' };
    const { id } = await create(workspace.owner, graph);
    const { body } = await publishDraft(workspace.owner, id);
    expect(body.issues).toContainEqual(
      expect.objectContaining({ nodeId: 'mail', message: expect.stringContaining('acme/unheard-of') }),
    );
  });

  it('is refused when the draft is not the one that was looked at', async () => {
    const { id } = await create(workspace.owner, welcome());
    const { token } = (await workspace.owner.send('POST', `/api/journeys/${id}/publish/preview`)).body;
    await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome('Other'), revision: 1 });
    expect(await workspace.owner.send('POST', `/api/journeys/${id}/publish`, { token })).toMatchObject({
      status: 409,
      body: { code: 'publish-token-outdated', detail: expect.stringContaining('revision 2, you saw 1') },
    });
  });

  it('makes one version of one draft, however many publish at once', async () => {
    const { id } = await create(workspace.owner, welcome());
    // Whoever looked before somebody else had published is told; whoever looks later is told that nothing changed.
    const together = async (people: number) => {
      const answers = await Promise.all(Array.from({ length: people }, () => publishDraft(workspace.owner, id)));
      const statuses = answers.map((answer) => answer.status);
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.filter((status) => status !== 201 && status !== 200 && status !== 409)).toEqual([]);
    };
    await together(6);
    for (const event of ['A', 'B']) {
      const { revision } = (await workspace.owner.get(`/api/journeys/${id}`)).body;
      await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome(event), revision });
      await together(4);
    }
    expect(
      await server.database.query('select number from journey_versions where journey_id = $1 order by number', [id]),
    ).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });

  it('answers the present version when the draft says the same, also after it was changed and changed back', async () => {
    const { id } = await published(workspace.owner);
    const versions = () => server.database.query('select id, number from journey_versions where journey_id = $1', [id]);
    const before = await versions();
    expect(await publishDraft(workspace.owner, id)).toMatchObject({
      status: 200,
      body: { version: 1, unchanged: true },
    });
    await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome('Other'), revision: 1 });
    await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome(), revision: 2 });
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.draftChanged).toBe(false);
    expect(await publishDraft(workspace.owner, id)).toMatchObject({
      status: 200,
      body: { version: 1, unchanged: true },
    });
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.draftChanged).toBe(false);
    expect(await versions()).toEqual(before);
    expect(await entries(id)).toEqual([{ event_name: 'Signed Up', version_id: before[0]!['id'] }]);
    // Another program of the same graph (a newer Wend) is a new version.
    await server.database.query(
      `insert into programs (workspace_id, hash, format, program) select workspace_id, 'older', format, program
        from programs p
        where workspace_id = $1
        limit 1`,
      [workspace.id],
    );
    await server.database.query("update journey_versions set program_hash = 'older' where journey_id = $1", [id]);
    expect(await publishDraft(workspace.owner, id)).toMatchObject({
      status: 201,
      body: { version: 2, unchanged: false },
    });
  });

  it('keeps people on their paths of a random split when other shares are published', async () => {
    const divided = (a: number, b: number): Graph => {
      const graph = welcome();
      const arms = [
        { id: 'a', label: 'A', weight: a },
        { id: 'b', label: 'B', weight: b },
      ];
      const position = { x: 0, y: 360 };
      const split = { id: 'split', type: 'wend/random-split', version: 1, name: 'Half', config: { arms }, position };
      const edge = { id: 'wait-split', from: 'wait', port: 'next', to: 'split' };
      return { ...graph, nodes: { ...graph.nodes, split }, edges: [graph.edges[0]!, edge] };
    };
    const { id } = await published(workspace.owner, divided(1, 1));
    const publish = async (graph: Graph, revision: number) => {
      await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision });
      expect((await publishDraft(workspace.owner, id)).status).toBe(201);
      const [row] = await server.database.query<{ arms: { target: { port: string }; spans?: number[][] }[] }>(
        `select jsonb_path_query(p.program, '$.instructions[*] ? (@.op == "split").arms') as arms
          from journey_versions v
          join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
          where v.journey_id = $1
          order by v.number desc
          limit 1`,
        [id],
      );
      return Object.fromEntries(row!.arms.map(({ target, spans }) => [target.port, spans]));
    };
    const [eighth, whole] = [2 ** 29, 2 ** 32];
    expect(await publish(divided(3, 5), 1)).toEqual({ a: undefined, b: undefined });
    expect(await publish(divided(5, 3), 2)).toEqual({ a: undefined, b: undefined });
    expect(await publish(divided(4, 4), 3)).toEqual({ a: undefined, b: undefined });
    const third = { ...divided(4, 4) };
    third.nodes['split'] = {
      ...third.nodes['split']!,
      config: { arms: ['a', 'b', 'c'].map((each) => ({ id: each, label: each, weight: each === 'b' ? 4 : 2 })) },
    };
    expect(await publish(third, 4)).toEqual({
      a: [[0, 2 * eighth]],
      b: [[4 * eighth, whole]],
      c: [[2 * eighth, 4 * eighth]],
    });
  });

  it('stores drafts of many megabytes, and of strangers nothing', async () => {
    const { id } = await create(workspace.owner, welcome());
    const graph = welcome();
    graph.nodes['mail']!.config['note'] = 'x'.repeat(19 * 1024 * 1024);
    const answer = await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: 1 });
    expect([answer.status, answer.body.code]).toEqual([200, undefined]);
    expect((await server.stranger.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: 2 })).status).toBe(413);
    graph.nodes['mail']!.config['note'] = 'x'.repeat(21 * 1024 * 1024);
    expect(await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: 2 })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large', detail: expect.stringContaining('20 MB') },
    });
    expect(
      (await workspace.owner.send('PATCH', `/api/journeys/${id}`, { name: 'x'.repeat(2 * 1024 * 1024) })).status,
    ).toBe(413);
  });
});

describe('control', () => {
  it('pauses, resumes and stops; each change is a new epoch and is audited', async () => {
    const { id } = await published(workspace.owner);
    const row = async () =>
      (await server.database.query('select state, epoch from journey_control where journey_id = $1', [id]))[0];
    expect(await row()).toEqual({ state: 'live', epoch: 1 });
    expect((await control(workspace.owner, id, 'pause')).body.status).toBe('paused');
    expect((await control(workspace.owner, id, 'pause')).body.status).toBe('paused');
    expect(await row()).toEqual({ state: 'paused', epoch: 2 });
    expect(await entries(id)).toHaveLength(1);
    expect((await control(workspace.owner, id, 'resume')).body.status).toBe('live');
    expect((await control(workspace.owner, id, 'stop')).body.status).toBe('stopped');
    expect(await row()).toEqual({ state: 'stopped', epoch: 4 });
    expect(await entries(id)).toEqual([]);
    const audited = await server.database.query('select action from audit_log where subject = $1 order by id', [
      `journey:${id}`,
    ]);
    expect(audited.map((each) => each['action'])).toEqual([
      'journey.create',
      'journey.publish',
      'journey.pause',
      'journey.resume',
      'journey.stop',
    ]);
  });

  it('tells the sweeper of a resume', async () => {
    const { id } = await published(workspace.owner);
    await control(workspace.owner, id, 'pause');
    const listener = new pg.Client({ connectionString: server.databaseUrl });
    await listener.connect();
    try {
      const heard = new Promise<string | undefined>((resolve) =>
        listener.once('notification', (message) => resolve(message.payload)),
      );
      await listener.query('listen wend_resume');
      await control(workspace.owner, id, 'resume');
      expect(JSON.parse((await heard)!)).toEqual({ workspaceId: workspace.id, journeyId: id });
    } finally {
      await listener.end();
    }
  });

  it('does not resume what was stopped; publishing makes it live again', async () => {
    const { id } = await published(workspace.owner);
    await control(workspace.owner, id, 'stop');
    const refused = await control(workspace.owner, id, 'resume');
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'journey-stopped', detail: expect.stringContaining('Publish it again') },
    });
    expect((await publishDraft(workspace.owner, id)).body.version).toBe(1);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.status).toBe('live');
    expect(await entries(id)).toHaveLength(1);
  });

  it('does not bring back runs that the stop had not reached yet when it is published again', async () => {
    const { id } = await published(workspace.owner);
    await addRun(id);
    await addRun(id, { ended: true });
    await addRun(id, { origin: 'test' });
    await control(workspace.owner, id, 'stop');
    await publishDraft(workspace.owner, id);
    const runs = await server.database.query(
      'select origin, ended_at is null as open, cancel_reason from enrollments where journey_id = $1 order by created_at',
      [id],
    );
    expect(runs).toEqual([
      { origin: 'live', open: true, cancel_reason: 'The journey was stopped' },
      { origin: 'live', open: false, cancel_reason: null },
      { origin: 'test', open: true, cancel_reason: null },
    ]);
  });

  it('keeps a paused journey paused when a mended version is published', async () => {
    const { id } = await published(workspace.owner);
    await control(workspace.owner, id, 'pause');
    await workspace.owner.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome('Mended'), revision: 1 });
    await publishDraft(workspace.owner, id);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({ status: 'paused', version: 2 });
  });

  it('has nothing to do on a draft', async () => {
    const { id } = await create(workspace.owner);
    expect(await control(workspace.owner, id, 'pause')).toMatchObject({ status: 409, body: { code: 'not-published' } });
  });
});

describe('people in a journey', () => {
  /** Messages as a commit leaves them: rows and their figures. */
  const addMessages = async (id: string) => {
    await server.database.query(
      `insert into messages (
         workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, queued_at
       )
       select workspace_id, id, journey_id, version_id, profile_id, 'mail', 1, 'email', origin, now()
       from enrollments
       where journey_id = $1`,
      [id],
    );
    await server.database.query(
      `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count) select workspace_id,
          version_id, 'mail', 'message:queued', date_trunc('hour', now()), 1
        from enrollments
        where journey_id = $1 and origin <> 'test'`,
      [id],
    );
  };

  it('are counted without test runs, before and after the figures are rolled up', async () => {
    const { id } = await published(workspace.owner);
    const [run] = await addRun(id);
    await addRun(id, { ended: true });
    await addRun(id, { origin: 'test', ended: true });
    await addMessages(id);
    const summary = { entered: 2, active: 1, messages: 2, failing: 0, archivedAt: null };
    const seen = async () =>
      (await workspace.owner.get('/api/journeys')).body.items.find((item: { id: string }) => item.id === id) as unknown;
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject(summary);
    expect(await seen()).toMatchObject(summary);
    await new SweeperRepository(server.database).rollUpStats();
    expect(await seen()).toMatchObject(summary);
    await server.database.query("update messages set status = 'failed' where journey_id = $1 and enrollment_id = $2", [
      id,
      run!['id'],
    ]);
    await server.database.query("update enrollments set ended_at = now(), status = 'cancelled' where id = $1", [
      run!['id'],
    ]);
    expect(await seen()).toMatchObject({ entered: 2, active: 0, messages: 2, failing: 1 });
  });

  it('keep it from being deleted: it is archived, runs end, and everything stays', async () => {
    const { id } = await published(workspace.owner);
    const [run] = await addRun(id);
    await addMessages(id);
    expect(await workspace.owner.send('DELETE', `/api/journeys/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'journey-has-history', detail: expect.stringContaining('Archive it instead') as string },
    });
    expect((await workspace.owner.send('POST', `/api/journeys/${id}/archive`)).body).toMatchObject({
      id,
      status: 'stopped',
      archivedAt: expect.any(String) as string,
    });
    const ids = async (query = '') =>
      ((await workspace.owner.get(`/api/journeys${query}`)).body.items as { id: string }[]).map((item) => item.id);
    expect(await ids()).not.toContain(id);
    expect(await ids('?archived=true')).toContain(id);
    expect(await ids('?archived=any')).toContain(id);
    expect(await server.database.query('select from journey_entries where journey_id = $1', [id])).toEqual([]);
    expect(await server.database.query('select ending from journey_control where journey_id = $1', [id])).toEqual([
      { ending: true },
    ]);
    expect(await server.database.query('select id from enrollments where journey_id = $1', [id])).toEqual([run]);
    expect((await workspace.owner.get(`/api/messages?journeyId=${id}`)).body.items).toMatchObject([
      { journey: { name: expect.not.stringContaining('Deleted') as string } },
    ]);
    expect(await publishDraft(workspace.owner, id)).toMatchObject({
      status: 409,
      body: { code: 'journey-archived' },
    });
    expect((await workspace.owner.send('POST', `/api/journeys/${id}/restore`)).body).toMatchObject({
      status: 'stopped',
      archivedAt: null,
    });
    expect(await ids()).toContain(id);
    expect((await publishDraft(workspace.owner, id)).status).toBe(200);
  });

  it('who only tested it do not: the journey and its test runs are deleted for real', async () => {
    const { id } = await published(workspace.owner);
    const [tester] = await addRun(id, { origin: 'test' });
    expect(await workspace.owner.send('DELETE', `/api/journeys/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'journey-in-use' },
    });
    await server.database.query("update enrollments set ended_at = now(), status = 'cancelled' where id = $1", [
      tester!['id'],
    ]);
    await addMessages(id);
    expect((await workspace.owner.send('DELETE', `/api/journeys/${id}`)).status).toBe(200);
    for (const table of ['enrollments', 'messages', 'journey_versions', 'journey_control', 'journey_entries']) {
      expect(await server.database.query(`select from ${table} where journey_id = $1`, [id]), table).toEqual([]);
    }
  });
});

describe('a test run', () => {
  it('starts from a snapshot of the draft that has no number', async () => {
    const { id } = await create(workspace.owner, welcome());
    const snapshot = await server.app
      .get(JourneysService, { strict: false })
      .snapshotDraft({ scope: workspace.scope, journeyId: id });
    expect(snapshot).toMatchObject({ entries: [{ event: 'Signed Up' }], programHash: programHash(snapshot.program) });
    expect(
      await server.database.query('select number, program_hash from journey_versions where id = $1', [
        snapshot.versionId,
      ]),
    ).toEqual([{ number: null, program_hash: snapshot.programHash }]);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body.status).toBe('draft');
    expect((await publishDraft(workspace.owner, id)).body.version).toBe(1);
  });
});

describe('pickers', () => {
  it('offer every node type with its form', async () => {
    const { items } = (await workspace.owner.get('/api/node-types')).body;
    expect(items.map((item: { type: string }) => item.type)).toEqual(
      expect.arrayContaining(['wend/entry-event', 'wend/email', 'wend/wait', 'wend/branch', 'wend/exit']),
    );
    for (const item of items) expect(item.config, item.type).toMatchObject({ type: 'object' });
  });

  it('offer the names that were received in this workspace', async () => {
    const other = await server.workspace();
    await server.database.query(
      `insert into event_names (workspace_id, kind, name, properties)
        values ($1, 'event', 'Order Completed', '{total}'), ($1, 'event', 'Cart Left', '{}'),
          ($1, 'trait', 'plan', '{}'), ($2, 'event', 'Secret', '{}')`,
      [workspace.id, other.id],
    );
    expect((await workspace.owner.get('/api/event-names')).body).toMatchObject({
      events: [
        { name: 'Cart Left', properties: [] },
        { name: 'Order Completed', properties: ['total'] },
      ],
      traits: ['plan'],
    });
  });
});

describe('other workspaces and roles', () => {
  it('find nothing of this workspace', async () => {
    const { id } = await published(workspace.owner);
    const other = await server.workspace();
    const stranger = other.owner;
    const answers = await Promise.all([
      stranger.get(`/api/journeys/${id}`),
      stranger.get(`/api/journeys/${id}/versions/1`),
      stranger.send('PATCH', `/api/journeys/${id}`, { name: 'Mine' }),
      stranger.send('PUT', `/api/journeys/${id}/draft`, { graph: welcome('Mine'), revision: 1 }),
      publishDraft(stranger, id),
      control(stranger, id, 'stop'),
      stranger.send('DELETE', `/api/journeys/${id}`),
      stranger.send('POST', `/api/journeys/${id}/archive`),
      stranger.send('POST', `/api/journeys/${id}/restore`),
      stranger.get(`/api/journeys/${id}/versions`),
      stranger.send('POST', `/api/journeys/${id}/versions/1/restore`, { revision: 1 }),
      stranger.send('POST', `/api/journeys/${id}/publish/preview`),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 404));
    expect((await stranger.get('/api/journeys')).body.items).toEqual([]);
    expect((await workspace.owner.get(`/api/journeys/${id}`)).body).toMatchObject({
      name: 'Welcome',
      status: 'live',
      revision: 1,
    });
  });

  it('may change journeys when they are editors, and always look', async () => {
    for (const role of roles) {
      const member = await workspace.member(role);
      expect((await member.get('/api/journeys')).status, role).toBe(200);
      expect((await member.send('POST', '/api/journeys', { name: 'X' })).status, role).toBe(
        role === 'analyst' ? 403 : 201,
      );
    }
  });

  it('are asked for a scope when they are programs', async () => {
    const [reader, admin, ingest] = [
      await workspace.key('read'),
      await workspace.key('admin'),
      await workspace.key('ingest'),
    ];
    expect([
      (await reader.get('/api/journeys')).status,
      (await admin.get('/api/journeys')).status,
      (await ingest.get('/api/journeys')).status,
    ]).toEqual([200, 200, 403]);
    expect((await reader.send('POST', '/api/journeys', { name: 'X' })).status).toBe(403);
    const made = await admin.send('POST', '/api/journeys', { name: 'X', graph: welcome() });
    await publishDraft(admin, made.body.id);
    expect((await admin.get(`/api/journeys/${made.body.id}/versions/1`)).body.publishedBy).toMatch(/^key:/);
  });
});

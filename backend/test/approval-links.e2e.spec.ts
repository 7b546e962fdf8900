import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalLinks } from '../src/approvals/approval-links.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney } from './delivery-fixture.js';

let server: TestApi;
let workspace: TestWorkspace;
beforeAll(async () => {
  server = await startTestApi();
});
afterAll(() => server?.close());
beforeEach(async () => {
  workspace = await server.workspace();
});

const question = '<img src=x onerror=alert(1)> 할인할까요?';
async function asked({ due = 'null', member = null as string | null } = {}) {
  const { database } = server;
  const journey = await makeJourney(
    database,
    { ask: { type: 'wend/approval', config: {} } },
    workspace.id,
    randomUUID(),
  );
  const person = await enroll(database, { journey });
  const [row] = await database.query<{ id: string; mail: string }>(
    `with asked as (
       insert into approvals (
         workspace_id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, due_at, state,
           question, details, choices
       )
       values ($1, $2, $3, $4, 'ask', 1, 'ask#1', 'live', '{}', now(), ${due}, 'open', $5, 'Line "one"',
         '[{"id":"yes","label":"예 & yes"},{"id":"no","label":"No"}]')
       returning workspace_id, id, enrollment_id
     ), mailed as (
       insert into approval_mails (workspace_id, approval_id, enrollment_id, member_id, address, name, state)
       select workspace_id, id, enrollment_id, $6, case when $6::uuid is null then 'p@example.com' end, 'Partner', 'sent'
       from asked
       returning id
     )
     select asked.id, mailed.id as mail from asked, mailed`,
    [workspace.id, person.enrollmentId, journey.journeyId, journey.versionId, question, member],
    { assembled: true },
  );
  const links = server.app.get(ApprovalLinks, { strict: false });
  const { pathname } = new URL(links.address({ workspaceId: workspace.id, mailId: row!.mail }));
  return { ...row!, path: pathname };
}
const page = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, html: await response.text() };
};
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  page(path, { method: 'POST', body: new URLSearchParams(fields), headers });
const state = async (id: string) => (await workspace.owner.get(`/api/approvals/${id}`)).body;

describe('the link of an email', () => {
  it('shows the question and changes nothing; a button answers, once, in the language of whoever came', async () => {
    const { id, path } = await asked();
    const shown = await page(path, { headers: { 'accept-language': 'ko-KR' } });
    expect(shown.status).toBe(200);
    expect(shown.html).toContain('lang="ko"');
    expect(shown.html).toContain('예 &#38; yes');
    expect(shown.html).not.toContain('<img');
    expect(shown.html).not.toContain('<script');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect((await state(id)).state).toBe('open');

    const done = await post(`${path}?lang=ko`, { choice: 'yes', note: '괜찮아요\r\n<b>' });
    expect(done.status).toBe(200);
    expect(done.html).toContain('“예 &#38; yes” 답변을 저장했습니다.');
    expect(await state(id)).toMatchObject({
      state: 'answered',
      answer: { choice: 'yes', note: '괜찮아요\n<b>', by: 'Partner', via: 'link' },
    });
    const again = await post(path, { choice: 'no' });
    expect(again.html).toContain('Already answered');
    expect(again.html).toContain('Partner answered “예 &#38; yes” on');
    expect((await state(id)).answer.choice).toBe('yes');
    expect((await page(path)).html).not.toContain('<form');
  });

  it('keeps the note when no answer was chosen, and says what is missing', async () => {
    const { id, path } = await asked();
    const missing = await post(path, { note: 'Think about it' });
    expect(missing.status).toBe(422);
    expect(missing.html).toContain('Choose one of the answers.');
    expect(missing.html).toContain('Think about it</textarea>');
    expect((await state(id)).state).toBe('open');
  });

  it('says when it is too late, also before the run has noticed', async () => {
    const { path } = await asked({ due: `now() - interval '1 second'` });
    expect((await page(path)).html).toContain('Too late to answer');
    expect((await post(path, { choice: 'yes' })).html).toContain('Too late to answer');
  });

  it('is of one question and one person, and cannot be made up', async () => {
    const { path } = await asked();
    const other = await asked();
    const [, , , token = ''] = path.split('/');
    const [text = '', signature = ''] = token.split('.');
    const [otherText = ''] = other.path.split('/')[3]!.split('.');
    for (const wrong of [
      `${otherText}.${signature}`,
      text,
      `${text}.`,
      `${text}.${signature}.x`,
      'preview',
      `${text}.${signature.slice(1)}A`,
    ])
      expect([wrong, (await page(`/t/a/${wrong}`)).status]).toEqual([wrong, 400]);
    // Signed for this and nothing else.
    expect((await page(`/t/u/${token}`)).status).toBe(400);
    expect((await page(`/t/s/${token}`)).status).toBe(400);
  });

  it('of a member works as long as they are one', async () => {
    const email = `gone-${workspace.id}@example.com`;
    const [member] = await server.database.query<{ id: string }>(
      `insert into members (workspace_id, email, name, role, password_hash) values ($1, $2, 'Mia', 'analyst', 'x')
       returning id`,
      [workspace.id, email],
    );
    const { id, path } = await asked({ member: member!.id });
    expect((await page(path)).status).toBe(200);
    await server.database.query('delete from members where id = $1', [member!.id]);
    expect((await post(path, { choice: 'yes' })).status).toBe(400);
    expect((await state(id)).state).toBe('open');
  });
});

describe('in the dashboard', () => {
  it('all may look, and those who build journeys may answer', async () => {
    const { id } = await asked();
    const analyst = await workspace.member('analyst');
    expect((await analyst.get('/api/approvals?state=open')).body.items).toHaveLength(1);
    expect((await analyst.get('/api/approvals/count')).body).toEqual({ open: 1 });
    expect((await analyst.send('POST', `/api/approvals/${id}/answer`, { choice: 'yes' })).status).toBe(403);
    const marketer = await workspace.member('marketer');
    expect((await marketer.send('POST', `/api/approvals/${id}/answer`, { choice: 'no' })).body).toMatchObject({
      state: 'answered',
      answer: { label: 'No', via: 'dashboard' },
    });
    const elsewhere = await server.workspace();
    expect((await elsewhere.owner.get(`/api/approvals/${id}`)).status).toBe(404);
    expect((await elsewhere.owner.send('POST', `/api/approvals/${id}/answer`, { choice: 'yes' })).status).toBe(404);
  });
});

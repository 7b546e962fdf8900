import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';
import { ImportBench } from './import-bench.js';

let server: TestApi;
let workspace: TestWorkspace;
let key: Awaited<ReturnType<TestWorkspace['key']>>;
beforeAll(async () => {
  server = await startTestApi();
  workspace = await server.workspace();
  key = await workspace.key('admin');
});
afterAll(() => server?.close());

const finish = () => new ImportBench().use(server.database).finish();
const put = async (path: string, body: Buffer | string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key.key}`, ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as any };
};
const begin = (bytes: number, client: Client = key) =>
  client.send('POST', '/api/imports', { fileName: '고객.csv', bytes });
const mapping = (columns: object[], more: object = {}) => ({
  delimiter: ',',
  header: true,
  match: 'externalId',
  columns,
  ...more,
});

it('brings a file in by raw HTTP: in pieces, dry, for real, with its bad rows, and out again', async () => {
  const file = Buffer.from(
    '\uFEFFid,email,name,points,tags\r\n1,ann@example.com,"Ann, 안나",12,"[""a"",""b""]"\r\n2,bad,Bo,1,\r\n3,cy@example.com,=1+1,-5,\r\n',
  );
  const made = await begin(file.length);
  expect(made.status).toBe(201);
  const path = `/api/imports/${made.body.id}`;
  const first = await put(`${path}/file`, file.subarray(0, 20), { 'content-type': 'text/csv' });
  expect(first).toMatchObject({ status: 200, body: { state: 'uploading', received: 20 } });
  expect(await put(`${path}/file?offset=5`, 'x')).toMatchObject({ status: 409, body: { code: 'wrong-offset' } });
  expect(await put(`${path}/file?offset=20`, `${file.subarray(20).toString()}too much`)).toMatchObject({ status: 413 });
  const last = await put(`${path}/file?offset=20`, file.subarray(20), { 'content-type': 'application/octet-stream' });
  expect(last).toMatchObject({ status: 200, body: { state: 'ready' } });
  const { body: ready } = await key.get(path);
  const settings = mapping(ready.found.columns.map(({ guess }: { guess: object }) => guess));
  expect(ready.found).toMatchObject({ delimiter: ',', header: true, match: 'externalId' });

  expect((await key.send('POST', `${path}/check`, settings)).body.state).toBe('checking');
  expect((await key.send('POST', `${path}/start`, settings)).status).toBe(409);
  await finish();
  const { body: checked } = await key.get(path);
  expect(checked).toMatchObject({ state: 'checked', checked: { rows: 3, created: 2, bad: 1 } });
  expect((await key.get('/api/profiles')).body.items).toEqual([]);

  expect((await key.send('POST', `${path}/start`, settings)).status).toBe(200);
  await finish();
  expect((await key.get(path)).body).toMatchObject({ state: 'done', counts: { rows: 3, created: 2, bad: 1 } });
  const { items } = (await key.get('/api/profiles')).body;
  expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(['=1+1', 'Ann, 안나']);

  const problems = await fetch(`${server.url}${path}/problems.csv`, {
    headers: { authorization: `Bearer ${key.key}` },
  });
  expect(problems.headers.get('content-type')).toContain('text/csv');
  expect((await problems.text()).split('\n')[1]).toBe('3,bad,“email” is no email address: “bad”.,2,bad,Bo,1,');

  const out = await key.get<string>('/api/profiles.csv?columns=external_id,email,trait:name,trait:points,trait:tags');
  expect(out.status).toBe(200);
  expect(
    out.body
      .replace(/^\uFEFF/, '')
      .trim()
      .split('\n')
      .sort(),
  ).toEqual([
    '1,ann@example.com,"Ann, 안나",12,"[""a"",""b""]"',
    "3,cy@example.com,'=1+1,-5,",
    'external_id,email,name,points,tags',
  ]);
  // What goes out comes in again as it was.
  const again = Buffer.from(out.body);
  const second = await begin(again.length);
  await put(`/api/imports/${second.body.id}/file`, again);
  const { found } = (await key.get(`/api/imports/${second.body.id}`)).body;
  await key.send('POST', `/api/imports/${second.body.id}/start`, mapping(found.columns.map(({ guess }: any) => guess)));
  await finish();
  expect((await key.get(`/api/imports/${second.body.id}`)).body.counts).toMatchObject({
    unchanged: 2,
    bad: 0,
    rows: 2,
  });

  const audit = await server.database.query<{ action: string }>(
    `select action from audit_log where workspace_id = $1 and action like 'profiles.%' order by id`,
    [workspace.id],
  );
  expect(audit.map(({ action }) => action)).toEqual([
    'profiles.import',
    'profiles.importRows',
    'profiles.export',
    'profiles.import',
  ]);
});

it('keeps what arrived before the connection was cut', async () => {
  const size = 3_000_000;
  const made = await begin(size);
  const path = `/api/imports/${made.body.id}`;
  await new Promise<void>((resolve) => {
    const sending = request(`${server.url}${path}/file?offset=0`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key.key}`, 'content-length': String(size) },
    });
    sending.on('error', () => resolve());
    sending.write(Buffer.alloc(2_200_000, 'a'), () => setTimeout(() => sending.destroy(), 300));
    sending.on('close', () => resolve());
  });
  await expect
    .poll(async () => (await key.get(path)).body.received, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(2_000_000);
  // What was on its way may still arrive: whoever goes on at the wrong place is told, and asks again.
  const goOn = async (): Promise<number> => {
    const { received, state } = (await key.get(path)).body;
    expect(state).toBe('uploading');
    return (await put(`${path}/file?offset=${received}`, Buffer.alloc(size - received, 'a'))).status;
  };
  await expect.poll(goOn, { timeout: 10_000 }).toBe(200);
});

it('refuses what is too large, what is no file, and whoever may not', async () => {
  expect((await begin(1024 ** 3 + 1)).status).toBe(400);
  expect((await begin(0)).status).toBe(400);
  const analyst = await workspace.member('analyst');
  expect((await begin(10, analyst)).status).toBe(403);
  expect((await analyst.get('/api/imports')).status).toBe(403);
  expect((await analyst.get('/api/profiles.csv')).status).toBe(403);
  expect((await begin(10, await workspace.key('ingest'))).status).toBe(403);
  expect((await begin(10, await workspace.member('marketer'))).status).toBe(201);
  const other = await server.workspace();
  const { body } = await begin(10);
  for (const path of [`/api/imports/${body.id}`, `/api/imports/${body.id}/problems.csv`])
    expect((await other.owner.get(path)).status).toBe(404);
  const excel = await begin(4);
  await put(`/api/imports/${excel.body.id}/file`, Buffer.from([0x50, 0x4b, 3, 4]));
  expect((await key.get(`/api/imports/${excel.body.id}`)).body).toMatchObject({
    state: 'failed',
    error: expect.stringMatching(/Excel/) as string,
  });
  expect((await key.send('DELETE', `/api/imports/${excel.body.id}`)).status).toBe(200);
  expect((await key.get(`/api/imports/${excel.body.id}`)).status).toBe(404);
});

it('says what is wrong with the columns or the filter of an export before the file begins', async () => {
  for (const query of ['columns=secret', 'columns=[1]', 'columns=,', 'rule=x', 'rule={}', 'segment=x'])
    expect([400, 422], query).toContain((await key.get(`/api/profiles.csv?${query}`)).status);
  const nowhere = 'segment=0190b0a4-0000-7000-8000-000000000000';
  for (const path of ['profiles', 'profile-count', 'profiles.csv'])
    expect((await key.get(`/api/${path}?${nowhere}`)).status, path).toBe(404);
  expect((await key.get<{ errors: object[] }>('/api/profiles.csv?segmnet=x')).body).toMatchObject({
    errors: [{ path: 'segmnet' }],
  });
  const empty = await (await server.workspace()).owner.get<string>('/api/profiles.csv?bom=false');
  expect(empty.body).toMatch(/^person_id,external_id,email,phone,created_at,last_seen_at,/);
});

it('exports everybody once while others come', async () => {
  const there = await server.workspace();
  await server.database.query(
    `insert into profiles (workspace_id, external_id) select $1, 'old' || n from generate_series(1, 1700) n`,
    [there.id],
  );
  const response = await fetch(`${server.url}/api/profiles.csv?columns=external_id`, {
    headers: { authorization: `Bearer ${(await there.key('admin')).key}` },
  });
  const adding = server.database.query(
    `insert into profiles (workspace_id, external_id) select $1, 'new' || n from generate_series(1, 900) n`,
    [there.id],
  );
  const ids = (await response.text()).split('\n').filter((line) => line !== '');
  await adding;
  expect(ids.filter((id) => id.startsWith('old'))).toHaveLength(1_700);
  expect(new Set(ids).size).toBe(ids.length);
});

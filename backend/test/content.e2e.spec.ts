import { builtInChannels, channelOf } from '@wend/contract';
import type { Graph, Issue, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, publishDraft, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let api: TestApi;
let workspace: TestWorkspace;

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
});
afterAll(() => api.close());

const withMail = (config: JsonObject, type = 'wend/email'): Graph =>
  graphOf([
    { id: 'entry', type: 'wend/entry-event', config: { event: 'Signed Up' }, to: { next: 'mail' } },
    { id: 'mail', type, config, to: { queued: 'end' } },
    { id: 'end', type: 'wend/exit', config: { reason: 'Done' } },
  ] satisfies Step[]);
const good = {
  subject: 'Hi {{ profile.first_name }}',
  body: '<p>{{ entry.plan | default: "x" }} {{ "now" | date: "%Y" }}</p>',
};
const create = async (graph: Graph): Promise<{ id: string; revision: number }> =>
  (await workspace.owner.send('POST', '/api/journeys', { name: 'Mails', graph })).body;
const problems = (issues: Issue[]) =>
  issues.map(({ code, severity, path, line, column }) =>
    [severity, code, path, line, column].filter((each) => each !== undefined).join(' '),
  );

describe('publishing', () => {
  it.each([
    [
      'an output that is not closed',
      { ...good, subject: 'Hi {{ profile.first_name' },
      'error invalid-template subject 1 4',
    ],
    ['a block that is not closed', { ...good, body: '<p>\n  {% if x %}no end</p>' }, 'error invalid-template body 2 3'],
    [
      'a filter that there is not',
      { ...good, body: '{{ profile.first_name | shout }}' },
      'error invalid-template body 1 1',
    ],
    ['a tag that there is not', { ...good, body: '{% nope %}' }, 'error invalid-template body 1 1'],
    ['another template', { ...good, body: 'x {% include "other" %}' }, 'error invalid-template body 1 3'],
    [
      'a variable that begins with nothing known',
      { ...good, body: '{{ user.name }}' },
      'error unknown-variable body 1 4',
    ],
    [
      'a filter without its value',
      { ...good, subject: 'Hi {{ profile.first_name | append: }}' },
      'error invalid-template subject 1 28',
    ],
    [
      'a loop that nobody could wait for',
      { ...good, body: '<p>\n{% for i in (1..99999999) %}x{% endfor %}' },
      'error invalid-template body 2 13',
    ],
    ['a setting that there is not', { ...good, subjekt: 'x' }, 'error unknown-setting subjekt'],
  ])('refuses %s, and says where', async (_, config, expected) => {
    const journey = await create(withMail(config));
    const refused = await publishDraft(workspace.owner, journey.id);
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid-journey' } });
    expect(problems(refused.body.issues)).toEqual([expected]);
    expect(refused.body.issues[0]).toMatchObject({ nodeId: 'mail', message: expect.stringMatching(/\.$/) as string });
    // The same wherever a draft is looked at, and no test run either.
    expect((await workspace.owner.get(`/api/journeys/${journey.id}/issues`)).body).toEqual({
      revision: journey.revision,
      issues: refused.body.issues,
    });
    const saved = await workspace.owner.send('PUT', `/api/journeys/${journey.id}/draft`, {
      graph: withMail(config),
      revision: journey.revision,
    });
    expect(saved).toMatchObject({ status: 200, body: { issues: refused.body.issues } });
    expect((await workspace.owner.send('POST', `/api/journeys/${journey.id}/test-runs`, { traits: {} })).status).toBe(
      422,
    );
  });

  it('takes what is right, and warns of traits and fields that nobody has seen', async () => {
    const journey = await create(
      withMail({ ...good, body: '<p>{{ profile.firstname }} {{ entry.nope }} {{ entry.plan }}</p>' }),
    );
    const key = await workspace.key('ingest');
    expect((await workspace.owner.get(`/api/journeys/${journey.id}/issues`)).body.issues).toEqual([]);
    await key.send('POST', '/v1/identify', { userId: 'u1', traits: { first_name: 'Ann' } });
    await key.send('POST', '/v1/track', { userId: 'u1', event: 'Signed Up', properties: { plan: 'pro' } });
    const { status, body } = await publishDraft(workspace.owner, journey.id);
    expect(status).toBe(201);
    expect(problems(body.issues)).toEqual(['warning unknown-variable body 1 7', 'warning unknown-variable body 1 31']);
    expect(body.issues[0]).toMatchObject({ hint: 'Did you mean {{ profile.first_name }}?' });
  });

  it('warns of channels without a provider, which the sandbox is a choice for', async () => {
    const other = await api.workspace();
    await api.database.query('delete from channel_settings where workspace_id = $1', [other.id]);
    const journey = (
      await other.owner.send('POST', '/api/journeys', { name: 'SMS', graph: withMail({ text: 'Hi' }, 'wend/sms') })
    ).body;
    const issues = async () => problems((await other.owner.get(`/api/journeys/${journey.id}/issues`)).body.issues);
    expect(await issues()).toEqual(['warning no-provider']);
    expect(
      (await other.owner.get('/api/channels')).body.items.map((each: any) => `${each.channel} ${each.route}`),
    ).toEqual(builtInChannels.map(({ name, address }) => `${name} ${address ? 'none' : 'provider'}`));
    expect(await other.owner.send('PUT', '/api/channels/sandbox', { channel: 'sms', sandbox: true })).toMatchObject({
      status: 200,
      body: { channel: 'sms', route: 'sandbox', sandbox: true, provider: null },
    });
    expect(await issues()).toEqual([]);
    expect(
      (await (await other.member('marketer')).send('PUT', '/api/channels/sandbox', { channel: 'sms', sandbox: false }))
        .status,
    ).toBe(403);
    expect((await other.owner.send('PUT', '/api/channels/sandbox', { channel: 'fax', sandbox: true })).status).toBe(
      400,
    );
    const smtp = { host: 'smtp.example.com', port: 587, security: 'starttls', user: '', from: 'a@example.com' };
    await other.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
    const saved = (await connect(other.owner, 'smtp', smtp)).body;
    expect((await other.owner.get('/api/channels')).body.items[0]).toEqual({
      channel: 'email',
      route: 'provider',
      provider: 'smtp.example.com',
      sandbox: false,
      definition: channelOf('email'),
    });
    await other.owner.send('DELETE', `/api/connections/${saved.id}`);
    expect((await other.owner.get('/api/channels')).body.items[0]).toMatchObject({ route: 'none' });
    expect((await workspace.owner.get('/api/channels')).body.items[1]).toMatchObject({
      channel: 'sms',
      route: 'sandbox',
    });
  });
});

describe('the preview', () => {
  const preview = async (channel: string, config: JsonObject, profileId?: string) =>
    (await workspace.owner.send('POST', '/api/preview', { channel, config, ...(profileId && { profileId }) })).body;

  it('shows webhooks as they will be sent, or why not', async () => {
    const config = {
      method: 'POST',
      url: 'https://api.example/{{ profile.phone }}?q={{ profile.name }}',
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      body: '{"name": "{{ profile.name }}", "nope": {{ nope | json }}}',
    };
    expect(await preview('webhook', config)).toMatchObject({
      content: {
        url: 'https://api.example/%2B82%2010-0000-0000?q=Mina%20Park',
        body: '{"name": "Mina Park", "nope": null}',
      },
      errors: [],
    });
    expect(await preview('webhook', { ...config, body: '{"name": }' })).toMatchObject({
      content: null,
      errors: [{ path: 'body', message: expect.stringContaining('is not valid JSON') as string }],
    });
  });

  it('says that a time zone does not exist', async () => {
    const key = await workspace.key('ingest');
    await key.send('POST', '/v1/identify', {
      userId: 'zone',
      traits: { timezone: 'Mars/Olympus', phone: '+12125550100' },
    });
    const [row] = await api.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'zone'`,
      [workspace.id],
    );
    expect(await preview('sms', { text: '{{ "2026-01-01T00:00:00Z" | date: "%H:%M" }}' }, row!.id)).toEqual({
      content: { text: '00:00', encoding: 'gsm', parts: 1 },
      errors: [{ path: 'text', message: expect.stringContaining('“Mars/Olympus” is not a time zone') as string }],
    });
  });
});

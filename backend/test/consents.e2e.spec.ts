import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrackingLinks } from '../src/content/index.js';
import { escapeHtml } from '../src/platform/text/index.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import type { Journey, Queued } from './delivery-fixture.js';

let server: TestApi;
let workspace: TestWorkspace;
let journey: Journey;
let links: TrackingLinks;
beforeAll(async () => {
  server = await startTestApi({ environment: { WEND_PUBLIC_URL: 'https://wend.example' } });
  workspace = await server.workspace();
  links = server.app.get(TrackingLinks, { strict: false });
  await server.database.query(`update workspaces set name = 'Tea & <Co>' where id = $1`, [workspace.id]);
  for (const topic of [
    {
      key: 'offers',
      name: 'Offers',
      channels: ['email', 'sms'],
      starts: 'subscribed',
      texts: { ko: { name: '특가', description: '일주일에 한 번' } },
    },
    { key: 'news', name: 'News <b>', channels: ['email'], starts: 'unsubscribed' },
  ])
    expect((await workspace.owner.send('POST', '/api/topics', topic)).status).toBe(201);
  journey = await makeJourney(
    server.database,
    {
      offer: { type: 'wend/email', config: { subject: 'S', body: 'B', topic: 'offers' } },
      news: { type: 'wend/email', config: { subject: 'S', body: 'B', topic: 'news' } },
      plain: { type: 'wend/email', config: { subject: 'S', body: 'B' } },
    },
    workspace.id,
  );
});
afterAll(() => server?.close());

const local = (url: string) => new URL(url).pathname;
const open = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
const post = (path: string, form: Record<string, string | string[]> = {}) =>
  open(path, {
    method: 'POST',
    body: new URLSearchParams(
      Object.entries(form).flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, each])),
    ),
  });
async function send(node: string, origin = 'live'): Promise<Queued> {
  const person = await enroll(server.database, {
    journey,
    origin,
    traits: { name: 'Secret Person', email: 'secret@example.com' },
  });
  return queue(server.database, { journey, person, node, channel: 'email', origin });
}
const consentsOf = async (profileId: string) => (await workspace.owner.get(`/api/profiles/${profileId}/consents`)).body;
const said = async (profileId: string) =>
  Object.fromEntries(
    ((await consentsOf(profileId)).said as { channel: string; topic: string | null; state: string }[]).map((each) => [
      [each.channel, each.topic].filter(Boolean).join(' '),
      each.state,
    ]),
  );
const tracked = ({ id }: Queued) => ({ workspaceId: workspace.id, messageId: id });

describe('leaving by a message', () => {
  it('leaves the topic that it is about, by the button and by one click of a mail program', async () => {
    for (const body of [{}, { 'List-Unsubscribe': 'One-Click' }, { from: 'topic' }]) {
      const message = await send('offer');
      const path = local(links.unsubscribeUrl(tracked(message)));
      const page = await (await open(path)).text();
      expect(page).toContain(`Stop “Offers” emails from ${escapeHtml('Tea & <Co>')}?`);
      expect(page).not.toMatch(/secret/i);
      expect(await said(message.profileId)).toEqual({});
      expect(await (await post(path, body)).text()).toContain('You won’t get “Offers” emails');
      expect(await said(message.profileId)).toEqual({ 'email offers': 'unsubscribed' });
      const { items } = (await workspace.owner.get(`/api/profiles/${message.profileId}/consents/history`)).body;
      expect(items).toMatchObject([{ source: 'link', state: 'unsubscribed', topic: 'offers', messageId: message.id }]);
      expect(items[0].ip).toBeTruthy();
      // A mail program asks in words of its own.
      expect(items[0].text).toEqual('from' in body ? 'Stop “Offers” emails from Tea & <Co>?' : null);
    }
  });

  it('leaves all of the channel when that is chosen, or when it is about no topic', async () => {
    const [offer, plain] = [await send('offer'), await send('plain')];
    await post(local(links.unsubscribeUrl(tracked(offer))), { from: 'channel' });
    await post(local(links.unsubscribeUrl(tracked(plain))), { from: 'topic' });
    for (const { profileId } of [offer, plain]) expect(await said(profileId)).toEqual({ email: 'unsubscribed' });
  });
});

describe('the preference centre', () => {
  it('shows what can be chosen, nothing of who it is, in the language asked for, and to no other page', async () => {
    await workspace.owner.send('PUT', '/api/preference-page', {
      logo: 'https://cdn.example.com/logo.svg?v=1',
      color: '#aa3311',
      texts: { ko: { title: '내 소식', intro: '골라 주세요 <i>' } },
    });
    const path = local(links.preferencesUrl(tracked(await send('offer'))));
    const response = await open(path, { headers: { 'accept-language': 'de' } });
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src https://cdn.example.com; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    );
    expect(response.headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(page).toContain('<html lang="de">');
    expect(page).toContain(escapeHtml('News <b>'));
    expect(page).not.toMatch(/secret|<script|News <b>/i);
    const korean = await (await open(`${path}?lang=ko`, { headers: { 'accept-language': 'de' } })).text();
    expect(korean).toContain('내 소식');
    expect(korean).toContain(escapeHtml('골라 주세요 <i>'));
    expect(korean).toMatch(/특가.*일주일에 한 번/s);
    expect((await open('/t/s/none')).status).toBe(400);
  });

  it('saves what was chosen of what was shown, and only what is different', async () => {
    const { id, profileId } = await send('offer');
    const path = local(links.preferencesUrl({ workspaceId: workspace.id, messageId: id }));
    const shown = ['t:email:offers', 't:sms:offers', 't:email:news', 'c:email', 'c:sms'];
    const chosen = { 't:sms:offers': 'on', 't:email:news': 'on', 'c:email': 'on', 'c:sms': 'on' };
    expect(await (await post(path, { do: 'save', shown, ...chosen })).text()).toContain('Your choice is saved.');
    expect(await said(profileId)).toEqual({ 'email news': 'subscribed', 'email offers': 'unsubscribed' });
    // A page that was opened before there was more to choose says nothing of that.
    await post(path, { do: 'save', shown: ['c:email'], 'c:email': 'on' });
    expect(await said(profileId)).toEqual({ 'email news': 'subscribed', 'email offers': 'unsubscribed' });
    const { items } = (await workspace.owner.get(`/api/profiles/${profileId}/consents/history`)).body;
    expect(items).toHaveLength(2);
    expect(items.map(({ text }: { text: string }) => text).sort()).toEqual(['News <b> · Email', 'Offers · Email']);
  });

  it('leaves everything, pauses for 30 days and ends the pause', async () => {
    const { id, profileId } = await send('offer');
    const path = local(links.preferencesUrl({ workspaceId: workspace.id, messageId: id }));
    expect(await (await post(path, { do: 'pause' })).text()).toContain('End the pause');
    const until = Date.parse((await consentsOf(profileId)).pausedUntil);
    expect(Math.abs(until - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    await post(path, { do: 'resume' });
    expect((await consentsOf(profileId)).pausedUntil).toBeNull();
    await post(path, { do: 'none' });
    expect(new Set(Object.values(await said(profileId)))).toEqual(new Set(['unsubscribed']));
    expect(await said(profileId)).toMatchObject({ email: 'unsubscribed', sms: 'unsubscribed', push: 'unsubscribed' });
  });

  it('of the message of a test run changes nothing', async () => {
    const { id, profileId } = await send('offer', 'test');
    for (const path of [links.preferencesUrl, links.unsubscribeUrl, links.confirmUrl].map((url) =>
      local(url.call(links, { workspaceId: workspace.id, messageId: id })),
    ))
      for (const what of ['none', 'pause', 'save']) {
        const page = await post(path, { do: what });
        expect(page.status).toBe(200);
        expect(await page.text()).toContain('belongs to a test run');
      }
    expect(await consentsOf(profileId)).toMatchObject({ said: [], pausedUntil: null });
  });

  it('can be a page of one’s own, that asks by the token of the link', async () => {
    const { profileId } = await send('plain');
    const link = (await workspace.owner.send('POST', `/api/profiles/${profileId}/preferences-link`)).body;
    expect(link.url).toBe(`https://wend.example/t/s/${link.token}`);
    const address = `/v1/preferences/${link.token}?language=ko`;
    const before = await (await open(address)).json();
    expect(before).toMatchObject({
      pausedUntil: null,
      topics: [
        { topic: 'offers', name: '특가', channels: [{ channel: 'email', state: 'subscribed' }, { channel: 'sms' }] },
        { topic: 'news', channels: [{ channel: 'email', label: '이메일', state: 'unsubscribed' }] },
      ],
    });
    expect(JSON.stringify(before)).not.toMatch(/secret/i);
    const change = (body: unknown) => open(address, { method: 'POST', body: JSON.stringify(body) });
    const saved = await change({ consents: [{ channel: 'email', topic: 'offers', wants: false }], pause: true });
    expect(saved.headers.get('access-control-allow-origin')).toBe('*');
    expect(await saved.json()).toMatchObject({
      changed: [{ channel: 'email', topic: 'offers', state: 'unsubscribed' }],
      pausedUntil: expect.any(String) as string,
    });
    expect((await change({ consents: [{ channel: 'email', wants: 'perhaps' }] })).status).toBe(400);
    expect((await open('/v1/preferences/none')).status).toBe(404);
    // A token of another kind is none of these.
    const other = links.openUrl({ workspaceId: workspace.id, messageId: profileId }).split('/').at(-1)!;
    expect((await open(`/v1/preferences/${other.replace('.gif', '')}`)).status).toBe(404);
  });
});

describe('double opt-in', () => {
  it('waits for the person to confirm by a POST, and says what they saw', async () => {
    const message = await send('news');
    const { profileId } = message;
    const asked = {
      consents: [{ channel: 'email', topic: 'news', state: 'pending' }],
      ip: '203.0.113.7',
      text: 'Yes!',
    };
    expect((await workspace.owner.send('PUT', `/api/profiles/${profileId}/consents`, asked)).body).toMatchObject({
      said: [{ topic: 'news', state: 'pending' }],
      late: [],
    });
    const path = local(links.confirmUrl(tracked(message)));
    expect(await (await open(path)).text()).toContain(`Do you want to get “${escapeHtml('News <b>')}” emails`);
    expect(await said(profileId)).toEqual({ 'email news': 'pending' });
    expect(await (await post(path)).text()).toContain('You’re subscribed');
    expect(await said(profileId)).toEqual({ 'email news': 'subscribed' });
    const { items } = (await workspace.owner.get(`/api/profiles/${profileId}/consents/history`)).body;
    expect(items).toMatchObject([
      {
        state: 'subscribed',
        was: 'pending',
        source: 'confirmation',
        text: expect.stringContaining('News <b>') as string,
      },
      { state: 'pending', was: null, source: 'member', ip: '203.0.113.7', text: 'Yes!' },
    ]);
  });
});

describe('topics', () => {
  it('are kept while anything uses them, or anybody has said something of them', async () => {
    const { owner } = workspace;
    expect((await owner.send('DELETE', '/api/topics/offers')).body).toMatchObject({ code: 'topic-in-use' });
    expect(
      (
        await owner.send('POST', '/api/topics', {
          key: 'tips',
          name: 'Tips',
          channels: ['email'],
          starts: 'subscribed',
        })
      ).status,
    ).toBe(201);
    expect(
      (
        await owner.send('POST', '/api/topics', {
          key: 'tips',
          name: 'Tips',
          channels: ['email'],
          starts: 'subscribed',
        })
      ).status,
    ).toBe(409);
    expect(
      (await owner.send('POST', '/api/topics', { key: 'x', name: 'X', channels: ['pigeon'], starts: 'subscribed' }))
        .status,
    ).toBe(422);
    const { profileId } = await send('plain');
    await owner.send('PUT', `/api/profiles/${profileId}/consents`, {
      consents: [{ channel: 'email', topic: 'tips', state: 'unsubscribed' }],
    });
    expect((await owner.get('/api/topics/tips')).body).toMatchObject({
      uses: [],
      people: [{ channel: 'email', state: 'unsubscribed', count: 1 }],
    });
    expect((await owner.send('DELETE', '/api/topics/tips')).status).toBe(409);
    expect((await owner.send('POST', '/api/topics/tips/archive')).body.archivedAt).toBeTruthy();
    expect((await owner.get('/api/topics')).body.items.map(({ key }: { key: string }) => key)).toEqual([
      'offers',
      'news',
    ]);
    expect((await owner.get('/api/topics/offers')).body.uses).toMatchObject([
      { kind: 'journey', places: ['Node offer'] },
    ]);
    expect(
      (await owner.send('PUT', '/api/topics/order', { keys: ['news'] })).body.items.map(
        ({ key }: { key: string }) => key,
      ),
    ).toEqual(['news', 'offers', 'tips']);
    await owner.send('PUT', '/api/topics/order', { keys: ['offers', 'news'] });
  });

  it('that rules of delivery name must be there, and are kept while they are named', async () => {
    const { owner } = workspace;
    const night = { key: 'night', name: 'Night', channels: ['email'], starts: 'unsubscribed' };
    expect((await owner.send('POST', '/api/topics', night)).status).toBe(201);
    const limit = (topic: string) => ({ most: 1, per: { kind: 'calendar', unit: 'day' }, topics: [topic] });
    const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '21:00', to: '08:00' }];
    const quiet = (topic: string) => ({
      hours: { windows, unless: { kind: 'topic', topic } },
      channels: [{ channel: 'sms', hours: { windows, unless: { kind: 'topic', topic } } }],
      perMinute: null,
    });
    const refused = async (path: string, body: unknown) => {
      const { status, body: answer } = await owner.send('PUT', path, body);
      expect([path, status]).toEqual([path, 422]);
      return (answer.errors as { path: string }[]).map((each) => each.path);
    };
    expect(await refused('/api/delivery/quiet-hours', quiet('gone'))).toEqual([
      'hours.unless.topic',
      'channels.0.hours.unless.topic',
    ]);
    // Whoever is in it without a word has agreed to nothing.
    expect(await refused('/api/delivery/quiet-hours', quiet('offers'))).toHaveLength(2);
    expect(await refused('/api/delivery/caps', { limits: [limit('gone')], countTransactional: false })).toEqual([
      'limits.0.topics',
    ]);
    expect(await refused('/api/delivery/holdout', { share: 1, exceptTopics: ['gone'] })).toEqual(['exceptTopics']);
    expect(
      await refused(`/api/journeys/${journey.journeyId}/delivery`, {
        priority: 3,
        caps: { mode: 'own', limits: [limit('night'), limit('gone')] },
      }),
    ).toEqual(['caps.limits.1.topics']);
    expect((await owner.send('PUT', '/api/delivery/quiet-hours', quiet('night'))).status).toBe(200);
    const { uses } = (await owner.get('/api/topics/night')).body;
    expect(uses).toMatchObject([{ kind: 'quiet' }]);
    expect((await owner.send('DELETE', '/api/topics/night')).body).toMatchObject({ code: 'topic-in-use' });
    await owner.send('PUT', '/api/delivery/quiet-hours', { hours: null, channels: [], perMinute: null });
    expect((await owner.get('/api/topics/night')).body.uses).toEqual([]);
    expect((await owner.send('DELETE', '/api/topics/night')).status).toBeLessThan(300);
  });

  it('of a message must be there, be offered, and be sent on its channel', async () => {
    const issues = async (topic: string, type = 'wend/email') => {
      const graph = {
        nodes: {
          in: {
            id: 'in',
            type: 'wend/entry-event',
            version: 1,
            name: 'In',
            config: { event: 'E' },
            position: { x: 0, y: 0 },
          },
          mail: {
            id: 'mail',
            type,
            version: 1,
            name: 'Mail',
            config: { subject: 'S', body: 'B', text: 'T', topic },
            position: { x: 0, y: 1 },
          },
        },
        edges: [{ id: 'e', from: 'in', port: 'out', to: 'mail' }],
        settings: { exitCriteria: [], reentry: { rule: 'never' } },
      };
      const made = await workspace.owner.send('POST', '/api/journeys', { name: 'T', graph });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      const found = (await workspace.owner.get(`/api/journeys/${made.body.id}/issues`)).body;
      return (found.issues as { code: string }[]).map(({ code }) => code).filter((code) => code.includes('topic'));
    };
    expect(await issues('offers')).toEqual([]);
    expect(await issues('Free text')).toEqual(['unknown-topic']);
    expect(await issues('news', 'wend/sms')).toEqual(['topic-of-other-channel']);
  });
});

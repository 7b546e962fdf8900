import { channelOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineChannel,
  defineNode,
  defineProvider,
  done,
  exit,
  isPermanentError,
  loadPackages,
  PermanentError,
  parseRunning,
  ruleField,
  sleep,
  waitFor,
} from './index.js';
import type { NodeDefinition } from './index.js';
import { checkNode, runNode } from './testing.js';

const base = {
  type: 'acme/greet',
  version: 1,
  title: 'Greet',
  description: 'Says hello.',
  category: 'action',
  icon: 'hand',
  config: z.object({
    times: z.number().int().min(1).max(3).default(1).meta({ title: 'How often', widget: 'number' }),
    text: z.string().min(1).meta({ title: 'Text', widget: 'liquid', language: 'text', placeholder: 'Hello' }),
  }),
  summary: '{times}× “{text}”',
} as const;

const greet = defineNode({
  ...base,
  ports: ['greeted', 'notGreeted'],
  output: z.object({ said: z.string() }),
  run: ({ config }) => done('greeted', { said: config.text.repeat(config.times) }),
});

describe('defineNode', () => {
  it('builds the manifest: form hints kept, fields with defaults not required, ports worded', () => {
    const { config, ports, custom, output } = greet.manifest;
    expect(config).toMatchObject({
      type: 'object',
      required: ['text'],
      properties: {
        text: { widget: 'liquid', language: 'text', placeholder: 'Hello', title: 'Text' },
        times: { default: 1, widget: 'number' },
      },
    });
    expect(config).not.toHaveProperty('$schema');
    expect(ports).toEqual({
      fixed: [
        { id: 'greeted', label: 'Greeted' },
        { id: 'notGreeted', label: 'Not greeted' },
      ],
    });
    expect(custom).toBe(true);
    expect(output).toMatchObject({ properties: { said: { type: 'string' } } });
    expect(JSON.parse(JSON.stringify(greet.manifest))).toEqual(greet.manifest);
  });

  it("says where people need not wait: a third party's code by itself, others by what they declare", async () => {
    const waits = {
      ...base,
      blocks: true,
      ports: ['greeted', 'notGreeted'],
      config: base.config.extend({ early: z.boolean().default(false).meta({ title: 'Early' }) }),
    } as const;
    const run = () => done('greeted');
    expect(greet.manifest.overAtOnce).toBeUndefined();
    expect(defineNode({ ...waits, run }).manifest.overAtOnce).toEqual([{}]);
    expect(defineNode({ ...waits, run, overAtOnce: false }).manifest.overAtOnce).toBeUndefined();
    expect(defineNode({ ...waits, lower: () => [] }).manifest.overAtOnce).toBeUndefined();
    const early = defineNode({ ...waits, lower: () => [], overAtOnce: { when: 'early', exceptPorts: ['notGreeted'] } });
    expect(early.manifest.overAtOnce).toEqual([{ when: 'early', exceptPorts: ['notGreeted'] }]);
    expect(await checkNode(early)).toEqual([]);
    expect(await checkNode(defineNode({ ...waits, lower: () => [], overAtOnce: { when: 'text' } }))).toEqual([
      'overAtOnce names “text”, which is not a switch of the config.',
    ]);
  });

  it('parses settings with defaults, and words problems with the titles of the form', () => {
    expect(greet.parse({ text: 'Hi' })).toEqual({ ok: true, config: { text: 'Hi', times: 1 } });
    expect(greet.parse({ times: 9 })).toEqual({
      ok: false,
      problems: [
        { path: 'times', message: 'How often must be at most 3.' },
        { path: 'text', message: 'Text is required.' },
      ],
    });
    expect(greet.parse({ text: '', times: 'x' })).toEqual({
      ok: false,
      problems: [
        { path: 'times', message: 'How often must be a number.' },
        { path: 'text', message: 'Text is required.' },
      ],
    });
  });

  it('gives problems inside lists and rules the path that the form uses', () => {
    const node = defineNode({
      ...base,
      type: 'acme/choose',
      portsFrom: { items: 'ways', label: 'label' },
      summary: '',
      config: z.object({
        ways: z
          .array(z.object({ id: z.string(), label: z.string(), rule: ruleField({ scope: 'profile', title: 'When' }) }))
          .meta({ title: 'Paths' }),
      }),
      lower: () => [],
    });
    const ways = [
      {
        id: 'a',
        label: 'A',
        rule: { op: 'any', rules: [{ op: 'compare', left: { source: 'property', path: 'x' }, is: 'exists' }] },
      },
      { id: 'b', label: 'B', rule: { op: 'all', rules: [] } },
    ];
    expect(node.parse({ ways })).toMatchObject({
      ok: false,
      problems: [{ path: 'ways[0].rule.rules[0].left' }, { path: 'ways[1].rule', message: 'Add a condition.' }],
    });
  });

  it('refuses definitions that cannot work', () => {
    expect(() => defineNode({ ...base, type: 'Greet', ports: ['a'], run: () => done('a') })).toThrow('vendor/name');
    expect(() => defineNode({ ...base, version: 0, ports: ['a'], run: () => done('a') })).toThrow('whole number');
    expect(() => defineNode({ ...base, ports: ['a'] })).toThrow('either lower or run');
    expect(() => defineNode({ ...base, ports: ['a'], lower: () => [], run: () => done('a') })).toThrow(
      'either lower or run',
    );
    expect(() => defineNode({ ...base, ports: ['a', 'a'], run: () => done('a') })).toThrow('same name');
    const turns = { port: 'a', most: 'times' } as const;
    expect(() => defineNode({ ...base, ports: ['a'], turns, run: () => done('a') })).toThrow('count its turns');
    expect(() => defineNode({ ...base, ports: ['error'], run: () => done('error') })).toThrow('reserved');
    const failure = 'failed';
    expect(() => defineNode({ ...base, ports: ['a'], failure, run: () => done('a') })).toThrow('the port “failed”');
    expect(() => defineNode({ ...base, config: z.string(), ports: ['a'], run: () => done('a') })).toThrow('z.object');
  });

  it('does not let a wrong port compile, and stops one that got through', async () => {
    // @ts-expect-error the port is not one of the node's
    const wrong = defineNode({ ...base, ports: ['a', 'b'], run: () => done('c') });
    const failure = await runNode(wrong, { config: { text: 'x' } }).catch((error: unknown) => error);
    expect(isPermanentError(failure) && failure.code).toBe('unknown-port');
    const nothing = defineNode({ ...base, ports: ['a'], run: (() => undefined) as never });
    await expect(runNode(nothing, { config: { text: 'x' } })).rejects.toThrow('returned no outcome');
  });

  it('hands on outputs as plain JSON, and refuses what is none', async () => {
    const dated = defineNode({
      ...base,
      ports: ['a'],
      run: () => done('a', { at: new Date(0), gone: undefined } as never),
    });
    expect((await runNode(dated, { config: { text: 'x' } })).outcome).toEqual({
      kind: 'done',
      port: 'a',
      output: { at: '1970-01-01T00:00:00.000Z' },
    });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const circular = defineNode({ ...base, ports: ['a'], run: () => done('a', circle as never) });
    await expect(runNode(circular, { config: { text: 'x' } })).rejects.toThrow('not JSON');
  });

  it('turns spans into instants of the run’s time', async () => {
    const now = Date.UTC(2026, 2, 1);
    const nap = defineNode({
      ...base,
      ports: ['a'],
      run: () => sleep({ seconds: 90 }, { tries: 1 }),
      resume: ({ resume }) => (resume?.reason === 'timer' ? done('a', resume.memo) : exit('Enough')),
    });
    expect((await runNode(nap, { config: { text: 'x' }, now })).outcome).toEqual({
      kind: 'sleep',
      until: now + 90_000,
      memo: { tries: 1 },
    });
    expect(
      (await runNode(nap, { config: { text: 'x' }, resume: { reason: 'timer', memo: { tries: 1 } } })).outcome,
    ).toEqual({ kind: 'done', port: 'a', output: { tries: 1 } });
    expect((await runNode(nap, { config: { text: 'x' }, resume: { reason: 'event' } })).outcome).toEqual({
      kind: 'exit',
      reason: 'Enough',
    });
    const until = defineNode({ ...base, ports: ['a'], run: () => sleep(new Date(now + 5)) });
    expect((await runNode(until, { config: { text: 'x' } })).outcome).toEqual({ kind: 'sleep', until: now + 5 });
    const bad = defineNode({ ...base, ports: ['a'], run: () => sleep(new Date('never')) });
    await expect(runNode(bad, { config: { text: 'x' } })).rejects.toThrow('no valid time');
    const waiting = defineNode({ ...base, ports: ['a'], run: () => waitFor({ event: 'Paid', timeoutSeconds: 60 }) });
    expect((await runNode(waiting, { config: { text: 'x' } })).outcome).toEqual({
      kind: 'waitFor',
      event: 'Paid',
      timeoutSeconds: 60,
    });
  });

  it('simulates with a sample result where the author wrote none', async () => {
    const context = {
      config: { text: 'Hi', times: 2 },
      profile: { id: '1', externalId: null, traits: {} },
      entry: {},
      run: {},
      now: 0,
    };
    expect(await greet.simulate?.(context)).toEqual({ kind: 'done', port: 'greeted', output: { said: 'sample' } });
    const own = defineNode({
      ...base,
      ports: ['a', 'b'],
      run: () => done('a'),
      simulate: ({ config }) => done(config.times > 1 ? 'b' : 'a'),
    });
    expect(await own.simulate?.(context)).toEqual({ kind: 'done', port: 'b' });
  });
});

describe('runNode', () => {
  const caller = defineNode({
    ...base,
    ports: ['a'],
    run: async ({ http, log, idempotencyKey }) => {
      const { status, body } = await http('https://api.example.com/x', {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        body: '{}',
      });
      log.info('called', { status });
      if (status === 404) throw new PermanentError('gone', 'It is gone.');
      return done('a', body);
    },
  });

  it('answers http from the test and records requests and logs', async () => {
    const { outcome, requests, logs } = await runNode(caller, {
      config: { text: 'x' },
      http: { '*': { body: 'ok' } },
      idempotencyKey: 'k',
    });
    expect(outcome).toEqual({ kind: 'done', port: 'a', output: 'ok' });
    expect(requests).toEqual([
      { url: 'https://api.example.com/x', method: 'POST', headers: { 'idempotency-key': 'k' }, body: '{}' },
    ]);
    expect(logs).toEqual([{ level: 'info', message: 'called', details: { status: 200 } }]);
  });

  it('throws what the node throws, and what the test forgot', async () => {
    await expect(runNode(caller, { config: { text: 'x' }, http: { '*': { status: 404 } } })).rejects.toThrow(
      'It is gone.',
    );
    await expect(runNode(caller, { config: { text: 'x' } })).rejects.toThrow('gave no answer');
    await expect(runNode(caller, { config: {} })).rejects.toThrow('Text is required.');
  });
});

describe('checkNode', () => {
  it('finds nothing in a sound node', async () => {
    expect(await checkNode(greet)).toEqual([]);
  });

  it('names missing titles, unknown summary paths, wrong defaults and missing ports', async () => {
    const sloppy = defineNode({
      ...base,
      icon: 'Hand!',
      config: z.object({ times: z.number().max(3) }),
      defaults: { times: 7 },
      summary: '{nothing}',
      run: () => exit('x'),
    });
    const problems = (await checkNode(sloppy)).join('\n');
    for (const part of ['Lucide', 'no title', 'no ports', '{nothing}', 'default of “times”'])
      expect(problems).toContain(part);
    const listless = defineNode({ ...base, portsFrom: { items: 'text', label: 'label' }, run: () => done('x') });
    expect((await checkNode(listless)).join()).toContain('not a list of objects');
  });
});

const fax = defineChannel({
  definition: { ...channelOf('sms'), name: 'fax', address: { noun: 'fax number', trait: 'fax' } },
  templates: () => ({}),
  compose: () => ({ content: {}, problems: [] }),
});
const faxLine = defineProvider({
  channel: 'fax',
  name: 'fax-line',
  title: 'Fax line',
  description: '',
  idempotent: false,
  settings: z.object({
    host: z.string().meta({ title: 'Host' }),
    label: z.string().optional().meta({ title: 'Label' }),
    token: z.string().optional().meta({ title: 'Token', secret: true }),
  }),
  open: () => ({ send: () => Promise.resolve({ status: 'sent' }) }),
});

describe('a channel', () => {
  it('reads the trait that its definition names', () => {
    expect(
      [{ fax: ' 12 ' }, { fax: 12 }, { fax: '' }, {}].map((traits) => fax.addressOf(traits as JsonObject)),
    ).toEqual(['12', '12', null, null]);
  });
  it('must say what it reaches people by', () => {
    const definition = { ...fax.definition, address: { noun: 'fax number' } };
    expect(() => defineChannel({ definition, templates: () => ({}), compose: fax.compose })).toThrow(
      'Channel fax: say',
    );
  });
});

describe('a provider', () => {
  it('has a form, and keeps secrets only while nothing else is changed', () => {
    expect(faxLine).toMatchObject({ secrets: ['token'], keptWith: ['host', 'label'] });
    expect(faxLine.form).toMatchObject({ channel: 'fax', secrets: ['token'], settings: { required: ['host'] } });
    expect([faxLine.nameOf({}), faxLine.needs({})]).toEqual(['Fax line', ['token']]);
  });
  it.each([
    [{ name: 'sandbox' }, 'not “sandbox”'],
    [{ settings: z.object({ host: z.string() }) }, 'setting “host” has no title'],
    [{ keptWith: ['port'] as never[] }, 'it has no setting “port”'],
  ])('says what is wrong with it: %#', (wrong, message) => {
    const options = { channel: 'fax', name: 'x', title: 'X', description: '', idempotent: true, open: faxLine.open };
    expect(() => defineProvider({ ...options, ...wrong })).toThrow(message);
  });
});

describe('loadPackages', () => {
  const importer = (modules: Record<string, unknown>) => (name: string) =>
    name in modules ? Promise.resolve(modules[name]) : Promise.reject(new Error(`Cannot find package '${name}'`));

  it('loads what all packages bring', async () => {
    const other = { ...greet, manifest: { ...greet.manifest, version: 2 } };
    const modules = { a: { nodes: [greet] }, b: { nodes: [other], channels: [fax] }, c: { providers: [faxLine] } };
    expect(await loadPackages(['a', 'b', 'c'], importer(modules))).toEqual({
      nodes: [greet, other],
      channels: [fax],
      providers: [faxLine],
    });
  });

  it.each<[string, unknown, string]>([
    ['is missing', undefined, 'cannot be imported'],
    ['exports no nodes', { node: greet }, 'must export a list “nodes”, “channels” or “providers”'],
    ['exports an empty list', { nodes: [] }, 'must export a list “nodes”, “channels” or “providers”'],
    [
      'has a bad manifest',
      { nodes: [{ ...greet, manifest: { ...greet.manifest, category: 'magic' } }] },
      'bad manifest',
    ],
    ['has no code', { nodes: [{ manifest: greet.manifest, parse: greet.parse }] }, 'neither lower nor run'],
    ['repeats a node', { nodes: [greet, greet] satisfies NodeDefinition[] }, 'acme/greet@1 is already defined by a'],
    ['repeats a channel', { channels: [fax, fax] }, 'the channel fax is already defined by a'],
    ['has a channel made by hand', { channels: [fax.definition] }, 'channels[0] is no channel'],
    ['has a provider made by hand', { providers: [{ name: 'x' }] }, 'providers[0] is no provider'],
  ])('says so when a package %s', async (_, module, message) => {
    await expect(loadPackages(['a'], importer(module === undefined ? {} : { a: module }))).rejects.toThrow(message);
    await expect(loadPackages(['a'], importer(module === undefined ? {} : { a: module }))).rejects.toThrow('Package a');
  });
});

it('refuses rules that can never hold when they are saved, not when they run', () => {
  const node = defineNode({
    type: 'test/rules',
    version: 1,
    title: 'Rules',
    description: 'Asks.',
    category: 'action',
    icon: 'x',
    config: z.object({ when: ruleField({ scope: 'profile', title: 'When' }), more: z.string().default('x') }),
    ports: ['next'],
    run: () => done('next'),
  });
  const config = {
    when: {
      op: 'all',
      rules: [{ op: 'compare', left: { source: 'trait', path: 'a' }, is: 'greaterThan', value: true }],
    },
  } as JsonObject;
  expect(node.parse(config)).toMatchObject({ ok: false, problems: [{ path: 'when.rules[0].value' }] });
  expect(parseRunning(node, config)).toEqual({ ok: true, config: { ...config, more: 'x' } });
  expect(parseRunning(node, { when: { op: 'all', rules: [] } })).toMatchObject({ ok: false });
  expect(node.parse(config).ok).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { addNode, emptyGraph } from './edit.js';
import { manifestsByKey } from './edit-connect.js';
import type { JsonObject } from './json.js';
import { templateDefinition } from './locked-template.js';
import type { NodeManifest } from './manifest.js';
import { validate } from './validate.js';
import type { KnownTemplate } from './validate-chosen-templates.js';

const text: NodeManifest = {
  type: 'wend/text',
  version: 1,
  title: 'SMS',
  description: '',
  category: 'message',
  icon: 'tag',
  defaults: {},
  summary: '',
  blocks: false,
  custom: false,
  channel: 'sms',
  config: { type: 'object', properties: { template: {} } },
  ports: { fixed: [{ id: 'queued', label: 'Sent' }] },
};
const field = (name: string, more: JsonObject = {}) => ({ name, label: name.toUpperCase(), kind: 'text', ...more });
const notice: KnownTemplate = {
  id: 'notice',
  channel: 'sms',
  name: 'Delivery notice',
  definition: templateDefinition.parse({
    kind: 'http',
    fields: [
      field('item', { maxLength: 5 }),
      field('link', { kind: 'url' }),
      field('tone', { kind: 'choice', options: [{ value: 'warm', label: 'Warm' }] }),
      field('note', { required: false }),
    ],
    call: { method: 'POST', url: '/send', bodyKind: 'none' },
  }),
};
const approved = (state: string): KnownTemplate => ({
  id: 'approved',
  channel: 'sms',
  name: 'Order shipped',
  definition: templateDefinition.parse({ kind: 'approved', code: 'X', state, text: 'Hi', fields: [] }),
});

const full = { item: 'Mug', link: 'shop://cart', tone: 'warm' };
const check = (template: JsonObject | undefined, channelTemplates: KnownTemplate[] | undefined = [notice]) =>
  validate(
    addNode(emptyGraph(), {
      node: { id: 'n', type: 'wend/text', version: 1, name: 'Tell her', config: template ? { template } : {}, position: { x: 0, y: 0 } }, // prettier-ignore
    }),
    { manifests: manifestsByKey([text]), ...(channelTemplates && { channelTemplates }) },
  )
    .filter(({ code }) => code.includes('template'))
    .map(({ code, severity, nodeId, path, message }) => ({ at: `${severity} ${nodeId}:${path}`, code, message }));

describe('the template that a step chose', () => {
  it('has to be filled in: the problem names step, template and field', () => {
    expect(check({ id: 'notice', fields: { ...full, item: ' ' } })).toEqual([
      {
        at: 'error n:template.fields.item',
        code: 'template-field',
        message: '“Tell her”: “ITEM” of the template “Delivery notice” is empty.',
      },
    ]);
    expect(check({ id: 'notice', fields: {} }).map(({ at }) => at)).toEqual([
      'error n:template.fields.item',
      'error n:template.fields.link',
      'error n:template.fields.tone',
    ]);
    expect(check({ id: 'notice', fields: full })).toEqual([]);
  });

  it('has what no person’s data can mend: too long, no address, no choice', () => {
    const wrong = check({ id: 'notice', fields: { item: 'Teapot', link: 'shop.example', tone: 'cold' } });
    expect(wrong.map(({ message }) => message.split('notice” ')[1])).toEqual([
      'has 6 characters. It can have at most 5.',
      'isn’t a web address.',
      'is “cold”, which it doesn’t offer.',
    ]);
    const liquid = '{{ profile.anything_at_all }}';
    expect(check({ id: 'notice', fields: { item: liquid, link: liquid, tone: liquid } })).toEqual([]);
  });

  it('has to be there, on the channel of the step, and approved', () => {
    const gone = { at: 'error n:template', code: 'unknown-template' };
    expect(check({ id: 'other', fields: full })).toMatchObject([gone]);
    expect(check({ id: 'notice', fields: full }, [{ ...notice, channel: 'line' }])).toMatchObject([gone]);
    expect(check({ id: 'approved', fields: {} }, [approved('pending')])).toMatchObject([
      { at: 'error n:template', code: 'template-not-approved' },
    ]);
    expect(check({ id: 'approved', fields: {} }, [approved('approved')])).toEqual([]);
  });

  it('is not looked at where none was chosen, or where nobody knows the templates', () => {
    expect(check(undefined)).toEqual([]);
    const graph = addNode(emptyGraph(), {
      node: { id: 'n', type: 'wend/text', version: 1, name: 'n', config: { template: { id: 'other', fields: {} } }, position: { x: 0, y: 0 } }, // prettier-ignore
    });
    expect(
      validate(graph, { manifests: manifestsByKey([text]) }).filter(({ code }) => code.includes('template')),
    ).toEqual([]);
  });
});

import type { Connection, ProviderForm } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { bodyOf, changed, isIncomplete, settingsOf, shownSettings, startValues } from './settings-model';

const form: ProviderForm = {
  name: 'smtp',
  channel: 'email',
  title: 'Email through SMTP',
  sends: ['content'],
  description: '',
  secrets: ['password'],
  settings: {
    type: 'object',
    required: ['host', 'security', 'port'],
    properties: {
      host: { type: 'string', title: 'Server' },
      security: { type: 'string', enum: ['starttls', 'tls'], options: { tls: 'TLS' }, default: 'starttls' },
      port: {
        type: 'integer',
        minimum: 1,
        default: 587,
        usual: { by: 'security', values: { starttls: 587, tls: 465 } },
      },
      password: { type: 'string', secret: true },
      verify: { type: 'boolean' },
    },
  },
};
const settings = settingsOf(form);

describe('the form of a provider', () => {
  it('is drawn from its schema', () => {
    expect(settings.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['host', 'text', true],
      ['security', 'select', true],
      ['port', 'number', true],
      ['password', 'secret', false],
      ['verify', 'switch', false],
    ]);
    const made = {
      ...form.settings,
      properties: { dns: { type: 'string', made: true }, key: { made: true, secret: true } },
    };
    expect(settingsOf({ ...form, settings: made }).map(({ name, made: own }) => [name, own])).toEqual([['dns', true]]);
    expect(settings[1]!.choices).toEqual([
      { value: 'starttls', label: 'starttls' },
      { value: 'tls', label: 'TLS' },
    ]);
  });
  it('begins with what is saved or usual, and never with a secret', () => {
    const fresh = { host: '', security: 'starttls', port: 587, password: '', verify: false };
    expect(startValues(settings, null)).toEqual(fresh);
    const saved = { settings: { host: 'a.example', port: 25, password: 'x' } } as unknown as Connection;
    expect(startValues(settings, saved)).toEqual({ ...fresh, host: 'a.example', port: 25 });
  });
  it('lets a usual port follow, and leaves one that somebody chose', () => {
    const values = startValues(settings, null);
    expect(changed(settings, { values, name: 'security', to: 'tls' })).toMatchObject({ security: 'tls', port: 465 });
    const own = { ...values, port: 2525 };
    expect(changed(settings, { values: own, name: 'security', to: 'tls' })).toMatchObject({ port: 2525 });
  });
  it('shows what the provider has made once it is there, and never sends it', () => {
    const record = { ...form, settings: { type: 'object', properties: { record: { type: 'string', made: true } } } };
    const made = settingsOf(record);
    expect(made[0]!.kind).toBe('made');
    expect(shownSettings(made, null)).toEqual([]);
    const saved = (value: string) => ({ settings: { record: value } }) as unknown as Connection;
    expect(shownSettings(made, saved(''))).toEqual([]);
    expect(shownSettings(made, saved('v=DKIM1'))).toEqual(made);
    expect(bodyOf(made, startValues(made, saved('v=DKIM1')))).toEqual({});
  });
  it('sends no secret that was not entered, and waits for what is needed', () => {
    const values = { ...startValues(settings, null), host: 'a.example' };
    expect(bodyOf(settings, values)).toEqual({ host: 'a.example', security: 'starttls', port: 587, verify: false });
    expect(bodyOf(settings, { ...values, password: 'p' })).toMatchObject({ password: 'p' });
    expect([isIncomplete(settings, values), isIncomplete(settings, { ...values, host: ' ' })]).toEqual([false, true]);
  });
});

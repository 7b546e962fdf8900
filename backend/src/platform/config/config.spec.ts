import { describe, expect, it } from 'vitest';
import { Config, ConfigError, apiConfig, workerConfig } from './config.js';

const least = { DATABASE_URL: 'postgres://localhost/wend', WEND_SECRET_KEY: 'ab'.repeat(32) };

describe('settings', () => {
  it('need an address of PostgreSQL and a key, and have defaults for the rest', () => {
    const config = apiConfig(least);
    expect(config).toBeInstanceOf(Config);
    expect(config).toMatchObject({
      databaseUrl: least.DATABASE_URL,
      temporalNamespace: 'wend',
      publicUrl: 'http://localhost:3000',
      nodePackages: [],
      outboundAllow: [],
      demo: false,
      port: 4000,
    });
    expect(config.secretKey).toHaveLength(32);
    expect(workerConfig(least).healthPort).toBe(4001);
  });

  it('tell every problem at once', () => {
    const broken = {
      DATABASE_URL: 'mysql://x',
      WEND_SECRET_KEY: 'short',
      WEND_API_PORT: 'http',
      WEND_PUBLIC_URL: 'ftp://x',
      TEMPORAL_ADDRESS: 'temporal',
      WEND_OUTBOUND_ALLOW: 'localhost',
      WEND_TRUSTED_PROXIES: '10.0.0.0/99',
      WEND_INTERNAL_SECRET: 'short',
      WEND_SETUP_TOKEN: 'short',
    };
    const problems = catchMessage(() => apiConfig(broken));
    for (const name of Object.keys(broken)) expect(problems).toContain(`- ${name} `);
    expect(catchMessage(() => apiConfig({}))).toMatch(/DATABASE_URL is missing[^]*WEND_SECRET_KEY is missing/);
  });

  it('trust no proxy unless one is named, and make a set-up token that all processes of the installation share', () => {
    const config = apiConfig(least);
    expect(config).toMatchObject({
      trustedProxies: [],
      machineNetworks: null,
      internalSecret: null,
      setupTokenMade: true,
      setupToken: apiConfig(least).setupToken,
    });
    expect(config.setupToken).toMatch(/^[\w-]{24}$/);
    expect(apiConfig({ ...least, WEND_SECRET_KEY: 'cd'.repeat(32) }).setupToken).not.toBe(config.setupToken);
    expect(
      apiConfig({ ...least, WEND_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8', WEND_SETUP_TOKEN: 'a token of sixteen' }),
    ).toMatchObject({
      trustedProxies: ['loopback', '10.0.0.0/8'],
      setupToken: 'a token of sixteen',
      setupTokenMade: false,
    });
  });

  it('take an empty variable as one that is not set', () => {
    expect(apiConfig({ ...least, WEND_API_PORT: '', WEND_PUBLIC_URL: ' ' })).toMatchObject({
      port: 4000,
      publicUrl: 'http://localhost:3000',
    });
  });

  it('read lists, and addresses without the slash at their end', () => {
    expect(
      apiConfig({
        ...least,
        WEND_NODE_PACKAGES: 'a, @b/c ,',
        WEND_OUTBOUND_ALLOW: '127.0.0.1:80,[::1]:81',
        WEND_PUBLIC_URL: 'https://wend.example/',
      }),
    ).toMatchObject({
      nodePackages: ['a', '@b/c'],
      outboundAllow: ['127.0.0.1:80', '[::1]:81'],
      publicUrl: 'https://wend.example',
    });
  });
});

function catchMessage(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('Nothing was thrown.');
}

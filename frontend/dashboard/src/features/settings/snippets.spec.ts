import { expect, it } from 'vitest';
import { snippet } from './snippets';

it('points the browser SDK at host and protocol apart, the others at the whole address', () => {
  const browser = snippet({ language: 'browser', origin: 'https://wend.example:8443', key: 'k1' });
  expect(browser).toContain("apiHost: 'wend.example:8443/v1', protocol: 'https'");
  expect(snippet({ language: 'web', origin: 'https://wend.example:8443', key: 'k1' })).toContain(
    '<script src="https://wend.example:8443/wend.js" data-write-key="k1">',
  );
  expect(snippet({ language: 'node', origin: 'http://localhost:3000', key: 'k1' })).toMatch(
    /writeKey: 'k1',\s+host: 'http:\/\/localhost:3000'/,
  );
  expect(snippet({ language: 'curl', origin: 'http://localhost:3000', key: 'k1' })).toContain(
    "curl -u 'k1:' http://localhost:3000/v1/track",
  );
});

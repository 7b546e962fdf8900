import { describe, expect, it } from 'vitest';
import { requestHeaders, responseHeaders } from './forward-headers';

describe('headers on the way to the api and back', () => {
  it('keeps what the caller said and drops what belongs to one connection', () => {
    const headers = requestHeaders(new Headers({ host: 'wend.example', cookie: 's=1', 'content-encoding': 'gzip', connection: 'keep-alive', te: 'trailers', 'accept-encoding': 'br' }));
    expect(headers).toEqual({ host: 'wend.example', cookie: 's=1', 'content-encoding': 'gzip', 'accept-encoding': 'identity' });
  });
  it('keeps several cookies apart', () => {
    expect(responseHeaders(['Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2', 'Transfer-Encoding', 'chunked']).getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });
  it('tells compressors to leave event streams alone', () => {
    expect(responseHeaders(['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache']).get('cache-control')).toBe('no-cache, no-transform');
  });
});

import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';
import { serverConfig } from './config';
import { contentSecurityPolicy } from './server/content-security-policy';

/** Pages get a content security policy with a nonce of their own; what goes to the api does not come by here. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentSecurityPolicy({ nonce, development: serverConfig().development });
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-wend-nonce', nonce);
  headers.set('x-wend-path', request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('x-frame-options', 'DENY');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  return response;
}

export const config = { matcher: ['/((?!api/|v1/|t/|_next/static|_next/image|icon.svg).*)'] };

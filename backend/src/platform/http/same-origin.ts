import type { Request } from 'express';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

type IsCrossSiteOptions = {
  request: Pick<Request, 'method' | 'headers'>;
  publicUrl: string;
};

/**
 * Whether another site's page made this request, so that its cookie must not count. Beside SameSite=Lax: a changing
 * request is refused when the browser says it is not from our own origin (`Sec-Fetch-Site`, which pages cannot forge).
 * Browsers that do not say (plain HTTP off localhost) always send `Origin` with such requests: it must be the public
 * address or the host that was asked. `X-Forwarded-Host` may name that host, because a foreign page cannot set it
 * without a preflight, which is never granted. Neither header: not a browser.
 */
export function isCrossSite({ request, publicUrl }: IsCrossSiteOptions): boolean {
  if (safeMethods.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = request.headers.origin;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const { host } = new URL(origin);
  const forwarded = [request.headers['x-forwarded-host']].flat().flatMap((value) => (value ?? '').split(','));
  return ![new URL(publicUrl).host, request.headers.host, ...forwarded.map((value) => value.trim())].includes(host);
}

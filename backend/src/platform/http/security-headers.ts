import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Headers for every answer. Nothing that the api sends is a page of the dashboard, so nothing may run or be framed. */
export function securityHeaders({ publicUrl }: { publicUrl: string }): RequestHandler {
  const always = new Map([
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Frame-Options', 'DENY'],
    ['Referrer-Policy', 'no-referrer'],
    ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; form-action 'self'"],
    ...(publicUrl.startsWith('https:') ? [['Strict-Transport-Security', 'max-age=31536000'] as const] : []),
  ]);
  return (request: Request, response: Response, next: NextFunction) => {
    response.setHeaders(always);
    // Ingestion and tracking are called from other origins; the management API never is.
    if (request.path.startsWith('/api'))
      response.set({ 'Cache-Control': 'no-store', 'Cross-Origin-Resource-Policy': 'same-origin' });
    // Whatever is answered, errors too: a browser's SDK must be able to read when to come again.
    if (request.path.startsWith('/v1/'))
      response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' });
    next();
  };
}

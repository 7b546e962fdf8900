import type { NextFunction, Request, Response } from 'express';
import { UserError } from '../errors/index.js';

type Layer = { route?: { methods: Record<string, boolean> }; match: (path: string) => boolean };

/** The methods that are served at the request's path; empty when there is nothing. */
export function allowedMethods(request: Request): string[] {
  const { stack } = request.app.router as unknown as { stack: Layer[] };
  const found = new Set(
    stack
      .filter((layer) => layer.route && layer.match(request.path))
      .flatMap((layer) => Object.keys(layer.route!.methods).map((method) => method.toUpperCase())),
  );
  if (found.has('GET')) found.add('HEAD');
  if (found.size > 0) found.add('OPTIONS');
  return [...found].sort();
}

/** Refuses a path with escapes that mean nothing, before anything is looked up by it. */
export function readablePath(request: Request, _: Response, next: NextFunction): void {
  try {
    decodeURIComponent(request.path);
    next();
  } catch {
    next(
      new UserError(
        'bad-path',
        'The path has a "%" that isn’t followed by two hexadecimal digits, or bytes that aren’t UTF-8. Escape it as encodeURIComponent does.',
      ),
    );
  }
}

import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';

const chosen = Symbol('status');

/** Answers with another status than the route's: nothing was made after all. */
export function answerWith(response: Response, status: number): void {
  (response.locals as Record<symbol, number>)[chosen] = status;
}

/** Nest sets the route's status after the handler; here a handler may have chosen one. */
export class StatusAdapter extends ExpressAdapter {
  override reply(response: Response, body: unknown, status?: number): unknown {
    return super.reply(response, body, (response.locals as Record<symbol, number> | undefined)?.[chosen] ?? status);
  }
}

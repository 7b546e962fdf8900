import type { Issue } from '@wend/contract';

type UserErrorOptions = {
  status?: number;
  errors?: { path: string; message: string }[];
  issues?: Issue[];
  headers?: Record<string, string>;
};

/** The caller did something that cannot work: answered with `status` and a stable `code`, never logged as a fault. */
export class UserError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: UserErrorOptions = {},
  ) {
    super(message);
    this.name = 'UserError';
  }

  get status(): number {
    return this.details.status ?? 400;
  }
}

/** Something outside failed and may work later: answered with 503 and Retry-After. */
export class OperationalError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OperationalError';
  }
}

export function notFound(what: string): UserError {
  return new UserError('not-found', `This ${what} doesn’t exist.`, { status: 404 });
}

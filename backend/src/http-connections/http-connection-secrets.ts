import { Injectable } from '@nestjs/common';
import type { Scope } from '../platform/database/index.js';
import { Secrets } from '../platform/secrets/index.js';

const purpose = 'http-connection';

/** Sealed for their workspace and connection. */
@Injectable()
export class HttpConnectionSecrets {
  constructor(private readonly secrets: Secrets) {}

  seal({ workspaceId }: Scope, { id, secret }: { id: string; secret: string }): Buffer {
    return this.secrets.seal({ purpose, context: `${workspaceId}:${id}`, plain: secret });
  }

  open({ workspaceId }: Scope, { id, secret }: { id: string; secret: Buffer }): string {
    return this.secrets.open({ purpose, context: `${workspaceId}:${id}`, sealed: secret });
  }
}

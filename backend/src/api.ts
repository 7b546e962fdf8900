import { NestFactory } from '@nestjs/core';
import { api } from '@wend/contract';
import type { Route } from '@wend/contract';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiModule } from './api.module.js';
import type { ApiConfig } from './platform/config/index.js';
import {
  CallerResolver,
  believeOnlyTheDoor,
  StatusAdapter,
  jsonBody,
  readablePath,
  securityHeaders,
} from './platform/http/index.js';
import { NestLogger } from './platform/logging/index.js';

const requestTimeoutMs = 60_000;
const headersTimeoutMs = 15_000;
const keepAliveMs = 20_000;

/** The api as an application that is ready to listen; used by the process and by tests. */
export async function createApi(config: ApiConfig): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.forRoot(config), new StatusAdapter(), {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(),
  });
  app.disable('x-powered-by');
  // Nothing that is answered may be stored, so nobody asks whether it changed.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(securityHeaders(config));
  app.use(readablePath);
  believeOnlyTheDoor(app, config);
  app.use(
    '/api',
    jsonBody({ routes: Object.values(api) as unknown as Route[], callers: app.get(CallerResolver, { strict: false }) }),
  );
  // A client that dribbles its request must not hold a connection for ever. The web process keeps connections for less
  // long than this one.
  Object.assign(app.getHttpServer(), {
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveMs,
  });
  return app;
}

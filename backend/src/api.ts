import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiModule } from './api.module.js';
import type { ApiConfig } from './platform/config/index.js';
import { jsonBody, securityHeaders } from './platform/http/index.js';
import { NestLogger } from './platform/logging/index.js';

const requestTimeoutMs = 60_000;

/** The api as an application that is ready to listen; used by the process and by tests. */
export async function createApi(config: ApiConfig): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.forRoot(config), new ExpressAdapter(), { bodyParser: false, abortOnError: false, logger: new NestLogger() });
  app.disable('x-powered-by');
  // Nothing that is answered may be stored, so nobody asks whether it changed.
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', 'simple');
  app.use(securityHeaders(config));
  app.use('/api', jsonBody());
  // A client that dribbles its request must not hold a connection for ever.
  app.getHttpServer().requestTimeout = requestTimeoutMs;
  return app;
}

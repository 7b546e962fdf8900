import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { HealthController } from './health.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ResponseInterceptor } from './response.interceptor.js';
import { RoutePermissions } from './route-permissions.js';

/** Permissions, answers and errors of every HTTP route of the process. Needs a `CallerResolver` (access module). */
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController],
  providers: [
    RoutePermissions,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: ResponseInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class HttpModule {}

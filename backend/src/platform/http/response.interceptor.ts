import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Route as ContractRoute } from '@wend/contract';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { routeKey } from './route.decorator.js';

/**
 * Sends exactly what the contract promises: other fields are dropped, and an answer that does not fit is a bug (500).
 */
@Injectable()
export class ResponseInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.reflector.get<ContractRoute | undefined>(routeKey, context.getHandler());
    if (!route) return next.handle();
    return next.handle().pipe(
      map((answer) => {
        const parsed = route.response.safeParse(answer);
        if (parsed.success) return parsed.data;
        throw new Error(`The answer of ${route.method} ${route.path} breaks the contract: ${parsed.error.message}`);
      }),
    );
  }
}

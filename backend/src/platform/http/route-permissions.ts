import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { permissions } from '@wend/contract';
import { permissionOf } from './access.guard.js';

/** Keeps the process from starting when a route names no permission, or one that is not known. */
@Injectable()
export class RoutePermissions implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const wrong = this.handlers().filter(({ access }) => !isKnown(access));
    if (wrong.length === 0) return;
    const names = wrong.map(({ name, access }) => `${name} (${String(access ?? 'none')})`);
    throw new Error(`Routes without a permission that is known: ${names.join(', ')}. Add @Route or @Access.`);
  }

  private handlers(): { name: string; access: unknown }[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) =>
      this.scanner.getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((method) => {
        const handler = (instance as Record<string, () => void>)[method]!;
        if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
        const place = { getHandler: () => handler, getClass: () => metatype as never };
        return [{ name: `${metatype?.name}.${method}`, access: permissionOf(this.reflector, place) }];
      }),
    );
  }
}

function isKnown(access: unknown): boolean {
  return access === 'public' || permissions.some((permission) => permission === access);
}

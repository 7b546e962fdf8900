import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { TestApi } from './api.js';

export type ServedRoute = { name: string; method: string; path: string };

/** Every route that Nest has registered, in the contract or not, as `METHOD /path/:parameter`. */
export function servedRoutes({ app }: TestApi): ServedRoute[] {
  return new DiscoveryService(app.get(ModulesContainer)).getControllers().flatMap(({ instance, metatype }) => {
    const prefixes = listOf(Reflect.getMetadata(PATH_METADATA, metatype!));
    return new MetadataScanner().getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((handler) => {
      const target = (instance as Record<string, object>)[handler]!;
      const paths = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
      if (paths === undefined) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, target) as number]!;
      return prefixes.flatMap((prefix) =>
        listOf(paths).map((path) => ({ name: `${metatype?.name}.${handler}`, method, path: join(prefix, path) })),
      );
    });
  });
}

/**
 * A path with every parameter filled by `value` (already encoded); `:number` of a version by a number unless asked
 * otherwise.
 */
export function filled(path: string, value: string, number = value): string {
  return path.replace(/:number\b/g, number).replace(/[:*]\w+/g, value);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? (value as string[]) : [typeof value === 'string' ? value : ''];
}

function join(prefix: string, path: string): string {
  const parts = [...prefix.split('/'), ...path.split('/')].filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

/** See `checks.ts`. Loaded once; a failed attempt is made again by whoever asks next. */
export const loadChecks = (): Promise<typeof import('./checks')> => import('./checks');

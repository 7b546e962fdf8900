import { serverConfig } from './config';

/** Runs once when the server starts: settings that cannot work are said at once and not with the first request. */
export function register(): void {
  serverConfig();
}

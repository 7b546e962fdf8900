import type { ChannelState, Session } from '@wend/contract';
import { api } from '@wend/contract/plain';
import type { Endpoint } from '@wend/contract/plain';
import { cookies } from 'next/headers';
import { serverConfig } from '../config';

type Answer<R> = { kind: 'ok'; value: R } | { kind: 'status'; status: number } | { kind: 'unreachable' };

/**
 * Asks the api from the web server, as the person whose cookies came with the page. Only for what a page needs before
 * it shows.
 */
async function ask<R>(route: Endpoint<undefined, undefined, undefined, R>): Promise<Answer<R>> {
  const cookie = (await cookies()).toString();
  try {
    const response = await fetch(new URL(route.path, serverConfig().apiUrl), {
      headers: { accept: 'application/json', cookie },
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok
      ? { kind: 'ok', value: (await response.json()) as R }
      : { kind: 'status', status: response.status };
  } catch (error) {
    console.error(`${route.path} could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return { kind: 'unreachable' };
  }
}

export function askSession(): Promise<Answer<Session>> {
  return ask(api.session);
}

/** Where the messages of each channel go; only members hear it. */
export function askChannels(): Promise<Answer<{ items: ChannelState[] }>> {
  return ask(api.channels);
}

/** Whether the first owner still has to be created; false when nobody can tell. */
export async function setupNeeded(): Promise<boolean> {
  const answer = await ask(api.setup);
  return answer.kind === 'ok' && answer.value.needed;
}

import { ProviderError, httpRefusal } from '@wend/node-sdk';
import type { Device, DeviceResult, ProviderResponse, SendResult } from '@wend/node-sdk';

/** What became of a message to one browser: done with, to be tried again, or nobody knows. */
export type Fate =
  | { kind: 'done'; result: DeviceResult; answer: string }
  | { kind: 'later' | 'lost'; device: Device; error: ProviderError };

const keptCharacters = 4_000;

/** What a push service's answer means (RFC 8030 sections 5 and 7.3, and what real ones do). */
export function fateOf(device: Device, response: ProviderResponse): Fate {
  const { status, headers, body } = response;
  const said = body.trim().replace(/\s+/g, ' ').slice(0, 200);
  const answer = `${hostOf(device.token)}: HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const done = (result: Omit<DeviceResult, 'id'>): Fate => ({
    kind: 'done',
    result: { id: device.id, ...result },
    answer,
  });
  if (status >= 200 && status < 300) {
    const location = headers['location'];
    return done({ status: 'sent', ...(location !== undefined && { providerId: location.slice(0, 500) }) });
  }
  if (status === 404 || status === 410)
    return done({ status: 'gone', detail: `The browser has unsubscribed (HTTP ${status})` });
  if (status === 413) return done({ status: 'refused', detail: 'The push service says that the message is too large' });
  if (status === 401 || status === 403)
    return {
      kind: 'later',
      device,
      error: new ProviderError({
        class: 'configuration',
        message: `The push service does not accept the VAPID key or contact. ${answer}`,
        handedOver: false,
        status,
        answer,
      }),
    };
  const error = httpRefusal(response);
  return error.class === 'rejected' ? done({ status: 'refused', detail: answer }) : { kind: 'later', device, error };
}

/**
 * What became of the message as a whole. What browsers may take later throws, with those that are done; once one has
 * taken it, a browser of which nobody knows is left alone rather than notified twice.
 */
export function resultOf(fates: readonly Fate[]): SendResult {
  const done = fates.flatMap((fate) => (fate.kind === 'done' ? [fate] : []));
  const [lost, later] = (['lost', 'later'] as const).map((kind) =>
    fates.flatMap((fate) => (fate.kind === kind ? [fate] : [])),
  ) as [Exclude<Fate, { kind: 'done' }>[], Exclude<Fate, { kind: 'done' }>[]];
  const settled = done.map(({ result }) => result);
  const sent = settled.filter(({ status }) => status === 'sent');
  const answer = fates
    .map((fate) => (fate.kind === 'done' ? fate.answer : `${hostOf(fate.device.token)}: ${fate.error.message}`))
    .join('\n')
    .slice(0, keptCharacters);
  if (lost[0] && sent.length === 0) throw again(lost[0].error, { handedOver: true, answer, devices: settled });
  const devices = [...settled, ...lost.map(leftAlone)];
  const passing = later.filter(({ error }) => error.class !== 'configuration');
  // The one that asks for the longest pause speaks for all.
  const worst = passing.toSorted((a, b) => (b.error.retryAfterSeconds ?? 0) - (a.error.retryAfterSeconds ?? 0))[0];
  if (worst) throw again(worst.error, { handedOver: false, answer, devices });
  if (sent.length === 0 && later[0]) throw again(later[0].error, { handedOver: false, answer, devices });
  const all = [...devices, ...later.map(leftAlone)];
  if (sent.length > 0)
    return {
      status: 'sent',
      ...(sent[0]!.providerId !== undefined && { providerId: sent[0]!.providerId }),
      ...(all.length > 1 && { detail: `${sent.length} of ${all.length} browsers` }),
      answer,
      devices: all,
    };
  const gone = all.every(({ status }) => status === 'gone');
  throw new ProviderError({
    class: gone ? 'badAddress' : 'rejected',
    message:
      all.find(({ status }) => gone || status === 'refused')?.detail ??
      'This person has no browser that takes notifications',
    handedOver: false,
    ofReceiver: true,
    answer,
    devices: all,
  });
}

function leftAlone({ device, error }: Exclude<Fate, { kind: 'done' }>): DeviceResult {
  return { id: device.id, status: 'refused', detail: error.message };
}

/** One push service that is down says nothing of the others, nor of the connection. */
function again(
  error: ProviderError,
  { handedOver, answer, devices }: { handedOver: boolean; answer: string; devices: DeviceResult[] },
): ProviderError {
  return new ProviderError(
    {
      class: error.class,
      message: error.message,
      handedOver,
      away: error.away,
      retryAfterSeconds: error.retryAfterSeconds,
      status: error.status,
      answer,
      devices,
      ofReceiver: true,
    },
    { cause: error },
  );
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'no address';
}

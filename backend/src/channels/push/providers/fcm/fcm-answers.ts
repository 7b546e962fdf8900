import { ProviderError, retryAfterSeconds } from '@wend/node-sdk';
import type { Device, DeviceResult, ProviderErrorClass, SendResult } from '@wend/node-sdk';
import type { Exchange } from './fcm-agent.js';

/** FCM asks for a minute where it names no time (https://firebase.google.com/docs/cloud-messaging/scale-fcm). */
const rateLimitedSeconds = 60;
const keptCharacters = 4_000;

/**
 * What became of one device. `later`: it may be tried again, unless the whole project is refused (`configuration`).
 * `lost`: it may have the message or not.
 */
type Fate =
  | { kind: 'done'; result: DeviceResult; answer: string }
  | {
      kind: 'later';
      class: ProviderErrorClass;
      message: string;
      status: number | null;
      answer: string;
      retryAfterSeconds: number | null;
    }
  | { kind: 'lost'; class: 'timeout' | 'network'; message: string };

type Told = { device: Device; exchange: Exchange | undefined; error: { code: string; message: string } | undefined };

/**
 * What FCM answered for all devices of a message, as one result. Goes by the answers as they came: the SDK’s own error
 * codes say of a project that is not there, or may not be used, that a token is gone. When a device has taken the message
 * it is sent, whatever became of the others; those that may take it later throw a `ProviderError` with all that are done.
 */
export function resultOf(told: readonly Told[], { validated }: { validated: boolean }): SendResult {
  const fates = told.map((each) => ({ device: each.device, fate: fateOf(each) }));
  const done = fates.flatMap(({ fate }) => (fate.kind === 'done' ? [fate] : []));
  const sent = done.filter(({ result }) => result.status === 'sent');
  const later = fates.flatMap(({ fate }) => (fate.kind === 'later' ? [fate] : []));
  const lost = fates.flatMap(({ device, fate }) => (fate.kind === 'lost' ? [{ device, fate }] : []));
  const settled = done.map(({ result }) => result);
  if (sent.length === 0 && lost.length > 0)
    throw new ProviderError({ ...lost[0]!.fate, handedOver: true, devices: settled });
  // Another attempt must not reach twice who may have it.
  const devices = [
    ...settled,
    ...lost.map(({ device, fate }): DeviceResult => ({ id: device.id, status: 'refused', detail: fate.message })),
  ];
  const passing = later.filter((fate) => fate.class !== 'configuration');
  const worst = passing.toSorted((a, b) => (b.retryAfterSeconds ?? 0) - (a.retryAfterSeconds ?? 0))[0];
  if (worst) throw new ProviderError({ ...worst, handedOver: false, devices });
  if (sent.length > 0) return sentTo({ fates, devices, validated });
  if (later[0]) throw new ProviderError({ ...later[0], handedOver: false, devices });
  const gone = devices.every(({ status }) => status === 'gone');
  throw new ProviderError({
    class: gone ? 'badAddress' : 'rejected',
    message: devices.find(({ status }) => gone || status === 'refused')?.detail ?? 'Firebase took it for no device',
    handedOver: false,
    answer: done
      .map(({ answer }) => answer)
      .join('\n')
      .slice(0, keptCharacters),
    devices,
  });
}

function sentTo({
  fates,
  devices,
  validated,
}: {
  fates: { device: Device; fate: Fate }[];
  devices: DeviceResult[];
  validated: boolean;
}): SendResult {
  const first = devices.find(({ status }) => status === 'sent');
  const all = [
    ...devices,
    // What is wrong with the project’s settings for some devices is no reason to send to the others again.
    ...fates.flatMap(({ device, fate }): DeviceResult[] =>
      fate.kind === 'later' ? [{ id: device.id, status: 'refused', detail: fate.message }] : [],
    ),
  ];
  const count = all.filter(({ status }) => status === 'sent').length;
  const of = all.length > 1 ? `${count} of ${all.length} devices` : null;
  const detail = validated ? `Checked by Firebase and not delivered${of ? `: ${of}` : ''}` : of;
  return {
    status: 'sent',
    ...(first?.providerId !== undefined && { providerId: first.providerId }),
    ...(detail !== null && { detail }),
    answer: fates
      .map(({ fate }) => (fate.kind === 'lost' ? fate.message : fate.answer))
      .join('\n')
      .slice(0, keptCharacters),
    devices: all,
  };
}

function fateOf({ device, exchange, error }: Told): Fate {
  if (!exchange) return neverSent({ device, error });
  if (!exchange.answer)
    return error?.code === 'app/network-timeout'
      ? { kind: 'lost', class: 'timeout', message: 'Firebase did not answer in time' }
      : { kind: 'lost', class: 'network', message: 'The connection to Firebase was lost before it answered' };
  const { status, retryAfter, body } = exchange.answer;
  const parsed = parse(body);
  if (status === 200) {
    const name = parsed?.['name'];
    return typeof name === 'string'
      ? { kind: 'done', result: { id: device.id, status: 'sent', providerId: name }, answer: body }
      : { kind: 'lost', class: 'network', message: 'Firebase’s answer was cut off' };
  }
  const { code, said } = refusalOf(parsed);
  const detail = `HTTP ${status}${code ? ` ${code}` : ''}${said ? `: ${said}` : ''}`;
  const done = (state: 'gone' | 'refused', text = detail): Fate => ({
    kind: 'done',
    result: { id: device.id, status: state, detail: text },
    answer: body,
  });
  const later = (kind: ProviderErrorClass, { message = detail, seconds = null as number | null } = {}): Fate => ({
    kind: 'later',
    class: kind,
    message,
    status,
    answer: body.slice(0, keptCharacters),
    retryAfterSeconds: seconds,
  });
  const asked = retryAfterSeconds(retryAfter);
  if (code === 'UNREGISTERED') return done('gone', 'The app was removed from this device, or its token has expired');
  if (code === 'SENDER_ID_MISMATCH') return done('gone', 'This token belongs to another Firebase project');
  if (code === 'THIRD_PARTY_AUTH_ERROR' || code === 'APNS_AUTH_ERROR')
    return later('configuration', {
      message: `Firebase cannot reach Apple or the browser’s push service for this project (${detail}). Check the APNs key in the Firebase console`,
    });
  if (status === 429 || code === 'QUOTA_EXCEEDED')
    return later('rateLimited', { seconds: asked ?? rateLimitedSeconds });
  if (status === 408 || status >= 500) return later(status === 408 ? 'timeout' : 'serverError', { seconds: asked });
  if (status === 401 || status === 403 || status === 404)
    return later('configuration', {
      message: `Firebase refuses the project or its service account (${detail}). Check the key, and that the Firebase Cloud Messaging API is enabled`,
    });
  return done('refused');
}

function neverSent({ device, error }: Pick<Told, 'device' | 'error'>): Fate {
  // The SDK checks a message before it sends it.
  if (error && /^messaging\/invalid-/.test(error.code))
    return { kind: 'done', result: { id: device.id, status: 'refused', detail: error.message }, answer: error.message };
  return {
    kind: 'later',
    class: 'network',
    message: `The connection to Firebase was lost before anything was sent${error ? `: ${error.message}` : ''}`,
    status: null,
    answer: '',
    retryAfterSeconds: null,
  };
}

type Parsed = Record<string, unknown> | null;

function parse(body: string): Parsed {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const fcmError = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';

/** FCM’s own code where it gives one, which is the only that says something of a token. */
function refusalOf(parsed: Parsed): { code: string | null; said: string } {
  const error = parsed?.['error'];
  if (error === null || typeof error !== 'object') return { code: null, said: '' };
  const { details, message, status } = error as { details?: unknown; message?: unknown; status?: unknown };
  const list = (Array.isArray(details) ? details : []) as Record<string, unknown>[];
  const own = list.find((each) => each?.['@type'] === fcmError)?.['errorCode'];
  const fields = list.flatMap((each) =>
    Array.isArray(each?.['fieldViolations'])
      ? (each['fieldViolations'] as { field?: unknown; description?: unknown }[]).map(
          ({ field, description }) => `${String(field)}: ${String(description)}`,
        )
      : [],
  );
  return {
    code: typeof own === 'string' ? own : typeof status === 'string' ? status : null,
    said: [typeof message === 'string' ? message : '', ...fields]
      .filter((text) => text !== '')
      .join('; ')
      .slice(0, 500),
  };
}

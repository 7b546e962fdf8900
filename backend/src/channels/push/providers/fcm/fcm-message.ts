import type { AndroidConfig, ApnsConfig, BaseMessage, WebpushConfig } from 'firebase-admin/messaging';
import type { PushContent } from '../../push-content.js';

/** What FCM and Apple take (https://firebase.google.com/docs/cloud-messaging/concept-options). */
export const mostPayloadBytes = 4_096;

export type FcmMessageOptions = {
  content: PushContent;
  messageId: string;
  /** Who draws it on Android: with buttons and a picture of its own the app has to. */
  android: 'system' | 'app';
  /** Whether tokens of browsers are among them. */
  web?: boolean;
  /** Milliseconds since 1970. */
  now?: number;
};

/**
 * A message of FCM's HTTP v1 API, without whom it goes to. Each platform gets a part of its own and there is none for
 * all, so that an app on Android can be left to draw it. What an app needs beside it stands in `data.wend`, as JSON.
 */
export function fcmMessage({ content, messageId, android, web = false, now }: FcmMessageOptions): BaseMessage {
  return {
    data: dataOf({ content, messageId, android }),
    android: androidPart({ content, android }),
    apns: applePart({ content, now: now ?? Date.now() }),
    // eslint-disable-next-line wend/channel-names -- FCM’s word for the part that browsers get, not our channel.
    ...(web && { webpush: webPart(content) }),
  };
}

/** The bytes that count against the limit, of the platform that has more. */
export function payloadBytes(options: FcmMessageOptions): number {
  const { data, android, apns } = fcmMessage(options);
  const of = (value: object) => Buffer.byteLength(JSON.stringify(value));
  return Math.max(of({ notification: android?.notification ?? {}, data }), of({ ...apns?.payload, ...data }));
}

function dataOf({ content, messageId, android }: Omit<FcmMessageOptions, 'now' | 'web'>): Record<string, string> {
  const { title, body, image, link, actions, report, androidChannel, sound, badge, collapseKey } = content;
  const wend = {
    id: messageId,
    report,
    link: link ?? undefined,
    // An app knows by its place which one was tapped.
    actions,
    ...(android === 'app' && {
      title,
      body,
      image: image ?? undefined,
      channel: androidChannel,
      sound,
      badge,
      tag: collapseKey,
    }),
  };
  return { ...content.data, wend: JSON.stringify(wend) };
}

function androidPart({ content, android }: Pick<FcmMessageOptions, 'content' | 'android'>): AndroidConfig {
  const { title, body, image, collapseKey, ttlSeconds, priority, androidChannel, sound, badge } = content;
  return {
    priority: priority ?? 'high',
    ...(ttlSeconds !== undefined && { ttl: ttlSeconds * 1_000 }),
    ...(collapseKey !== undefined && { collapseKey }),
    ...(android === 'system' && {
      notification: {
        title,
        body,
        ...(image !== null && { imageUrl: image }),
        ...(androidChannel !== undefined && { channelId: androidChannel }),
        ...(sound !== undefined && { sound }),
        ...(collapseKey !== undefined && { tag: collapseKey }),
        ...(badge !== undefined && { notificationCount: badge }),
      },
    }),
  };
}

/** https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification */
function applePart({ content, now }: { content: PushContent; now: number }): ApnsConfig {
  const { title, body, image, actions, collapseKey, ttlSeconds, priority, sound, badge, interruption } = content;
  return {
    headers: {
      'apns-push-type': 'alert',
      'apns-priority': (priority ?? 'high') === 'high' ? '10' : '5',
      ...(ttlSeconds !== undefined && {
        'apns-expiration': ttlSeconds === 0 ? '0' : String(Math.floor(now / 1_000) + ttlSeconds),
      }),
      ...(collapseKey !== undefined && { 'apns-collapse-id': collapseKey }),
    },
    payload: {
      aps: {
        alert: { title, body },
        ...(badge !== undefined && { badge }),
        ...(interruption === 'critical'
          ? { sound: { critical: true, name: sound ?? 'default', volume: 1 } }
          : sound !== undefined && { sound }),
        ...(interruption !== undefined && { 'interruption-level': interruption }),
        // An extension of the app puts the picture and the buttons there.
        ...((image !== null || actions !== undefined) && { mutableContent: true }),
        ...(actions !== undefined && { category: `wend-${actions.length}` }),
      },
    },
    ...(image !== null && { fcmOptions: { imageUrl: image } }),
  };
}

function webPart(content: PushContent): WebpushConfig {
  const { title, body, image, link, actions, collapseKey, ttlSeconds, priority } = content;
  return {
    headers: {
      Urgency: priority ?? 'high',
      ...(ttlSeconds !== undefined && { TTL: String(ttlSeconds) }),
    },
    notification: {
      title,
      body,
      ...(image !== null && { image }),
      ...(collapseKey !== undefined && { tag: collapseKey }),
      ...(actions !== undefined && {
        actions: actions.map(({ label }, index) => ({ action: String(index + 1), title: label })),
      }),
    },
    // FCM takes no others here.
    ...(link !== null && link.startsWith('https://') && { fcmOptions: { link } }),
  };
}

/**
 * Push through Firebase: Wend's provider beside the bare SDK (`firebase-admin`) with the same payload, both over HTTP/1.1
 * with TLS to a server that stands in for Google. Wend's has connections made before a message is handed over, uses each
 * for one request at a time, and reads the answers as they came.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect } from 'node:tls';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getMessaging } from 'firebase-admin/messaging';
import { fcmMessage } from '../../../dist/channels/push/providers/fcm/fcm-message.js';
import { fcm } from '../../../dist/channels/push/providers/fcm/fcm.provider.js';
import { measureBeside, wendWay } from '../beside.mjs';
import { certificates } from '../google.mjs';

const projectId = 'shop-project';
const content = { title: 'Back in stock', body: 'x'.repeat(300), link: 'https://shop.example/lamps', image: null };
const device = {
  id: 'd',
  kind: 'fcm',
  token: `token-${'t'.repeat(140)}`,
  platform: 'android',
  permission: 'authorized',
  data: {},
};
const account = () =>
  JSON.stringify({
    type: 'service_account',
    project_id: projectId,
    private_key_id: 'k1',
    private_key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
    client_email: `firebase-adminsdk@${projectId}.iam.gserviceaccount.com`,
    token_uri: 'https://oauth2.googleapis.com/token',
  });

export const measure = (_system, { size, log }) =>
  measureBeside({
    title: 'Push through Firebase',
    taker: 'fcm',
    messages: size.notifications,
    size,
    log,
    ways: {
      Wend: wendWay({
        provider: fcm,
        content,
        recipient: device.token,
        devices: [device],
        settings: () => ({}),
        secrets: { serviceAccount: account() },
        services,
      }),
      'firebase-admin': bareSdk,
    },
  });

/** As the worker calls and connects, but for the address: Google's is a constant of the SDK. */
const services = (port) => ({
  http: ({ url, method, headers, body }) => call(port, { url, method, headers, body }),
  connectTls: async ({ host }) => {
    const socket = connect(at(port, host));
    await once(socket, 'secureConnect');
    return socket;
  },
});

const bareSdk = async (port) => {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 64 });
  httpAgent.createConnection = ({ host }) => connect(at(port, host));
  const credential = { getAccessToken: async () => ({ access_token: 'token', expires_in: 3_599 }) };
  const app = initializeApp({ credential, projectId, httpAgent }, `bare-${port}-${performance.now()}`);
  const messaging = getMessaging(app);
  messaging.enableLegacyHttpTransport();
  return {
    send: (id) =>
      messaging
        .sendEachForMulticast({
          ...fcmMessage({ content, messageId: id, android: 'system' }),
          tokens: [device.token],
        })
        .then(({ successCount, responses }) => {
          if (successCount !== 1) throw responses[0].error;
        }),
    close: async () => {
      httpAgent.destroy();
      await deleteApp(app);
    },
  };
};

const at = (port, servername) => ({ host: '127.0.0.1', port, servername, ca: certificates().ca });

const call = async (port, { url, method, headers, body }) => {
  const { hostname, pathname } = new URL(url);
  const sent = request({ ...at(port, hostname), path: pathname, method, headers: { ...headers, host: hostname } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text };
};

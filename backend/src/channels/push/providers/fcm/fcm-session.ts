import type { App } from 'firebase-admin/app';
import type { Messaging } from 'firebase-admin/messaging';
import type { ProviderServices } from '@wend/node-sdk';
import { FcmAgent } from './fcm-agent.js';
import { GoogleLogin } from './google-login.js';
import type { ServiceAccount } from './service-account.js';

export type Firebase = { login: GoogleLogin; agent: FcmAgent; messaging: Messaging };
type FcmSessionOptions = { account: ServiceAccount; services: Pick<ProviderServices, 'http' | 'connectTls'> };

let made = 0;

/** A Firebase project with its login and its connections, for as long as its settings stay. */
export class FcmSession {
  private readonly opened: Promise<Firebase & { end: () => Promise<void> }>;
  private users = 0;
  private replaced = false;

  constructor(options: FcmSessionOptions) {
    this.opened = open(options);
    this.opened.catch(() => undefined);
  }

  /** It stays open while `work` is under way, also when other settings have taken its place meanwhile. */
  async use<Result>(work: (firebase: Firebase) => Promise<Result>): Promise<Result> {
    this.users += 1;
    try {
      return await work(await this.opened);
    } finally {
      this.users -= 1;
      if (this.replaced) await this.close();
    }
  }

  /** Ends it once nobody uses it any more. */
  async close(): Promise<void> {
    this.replaced = true;
    if (this.users > 0) return;
    // Whoever failed to open it has been told so.
    const firebase = await this.opened.catch(() => null);
    await firebase?.end();
  }
}

/** The SDK is loaded by the first: it costs nothing where nobody sends push. */
async function open({ account, services }: FcmSessionOptions): Promise<Firebase & { end: () => Promise<void> }> {
  const [{ deleteApp, initializeApp }, { getMessaging }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/messaging'),
  ]);
  const agent = new FcmAgent(services.connectTls);
  const login = new GoogleLogin(account, services.http);
  let app: App | null = initializeApp(
    { credential: login, projectId: account.projectId, httpAgent: agent },
    `wend-${(made += 1)}`,
  );
  const messaging = getMessaging(app);
  // Over HTTP/2 it makes connections that no agent gives it, to wherever the name leads.
  messaging.enableLegacyHttpTransport();
  const end = async (): Promise<void> => {
    const ending = app;
    app = null;
    agent.destroy();
    if (ending) await deleteApp(ending);
  };
  return { login, agent, messaging, end };
}

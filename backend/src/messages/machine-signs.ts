import type { MachineSign } from '@wend/contract';
import { isbot } from 'isbot';
import type { MachineNetworks } from './machine-networks.js';

/**
 * Gateways and filters that look at what is linked in mails, where their agent says so and `isbot` does not know it.
 */
const scanners =
  /barracuda|proofpoint|mimecast|messagelabs|symantec|trend ?micro|sophos|fortinet|fortimail|fortiguard|ironport|fireeye|trellix|forcepoint|websense|safelinks|bitdefender|zscaler|avanan|vadesecure|cloudmark|hornetsecurity|mailscanner|rspamd|spamassassin|virustotal|urlscan|kaspersky|checkpoint/i;
/** They ask when a person looks at the mail, in that person's stead. */
const imageProxies = /GoogleImageProxy|YahooMailProxy|OutlookImageProxy/i;
/** All that Mail Privacy Protection says of itself. */
const privacyProxy = /^Mozilla\/5\.0$/i;
const prefetching = /prefetch|prerender|preview/i;

type SignOptions = {
  kind: 'opened' | 'clicked' | 'trap';
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of whoever asks. */
  address: string | undefined;
  networks: MachineNetworks;
};

/** What says that no person made a request for a pixel or a link; null where nothing about the request itself does. */
export function machineSign({ kind, method, headers, address, networks }: SignOptions): MachineSign | null {
  if (kind === 'trap') return 'trap';
  if (method !== 'GET') return 'method';
  if (['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => prefetching.test(String(headers[name] ?? ''))))
    return 'prefetch';
  const agent = String(headers['user-agent'] ?? '').trim();
  if (kind === 'opened' && imageProxies.test(agent)) return null;
  if (kind === 'opened' && privacyProxy.test(agent)) return 'privacy-proxy';
  return networks.signOf(address) ?? (agent === '' || scanners.test(agent) || isbot(agent) ? 'agent' : null);
}

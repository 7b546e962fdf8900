import { OutboundError } from '../../platform/outbound/index.js';
import type { SafeHttpClient } from '../../platform/outbound/index.js';

const answerShown = 200;

/** POSTs to an address that somebody has set. Throws in words what was answered, without the address: it is a secret. */
export async function post(
  http: SafeHttpClient,
  { url, body, headers = {} }: { url: string; body: string; headers?: Record<string, string> },
): Promise<void> {
  const { status, body: answer } = await http
    .request({
      method: 'POST',
      url,
      body,
      headers: { 'user-agent': 'Wend', 'content-type': 'application/json', ...headers },
    })
    .catch((error: unknown) => {
      throw error instanceof OutboundError ? new Error(error.message.replaceAll(url, 'the address')) : error;
    });
  if (status >= 200 && status < 300) return;
  const said = answer.replace(/\s+/g, ' ').trim().slice(0, answerShown).replaceAll(url, 'the address');
  throw new Error(`The server answered HTTP ${status}${said === '' ? '.' : `: ${said}`}`);
}

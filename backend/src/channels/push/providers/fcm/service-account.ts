import { createPrivateKey } from 'node:crypto';

/** What of a service account's JSON is needed to send. */
export type ServiceAccount = { projectId: string; clientEmail: string; privateKey: string };

/**
 * Reads the JSON that Firebase gives out under Project settings → Service accounts. Returns the account, or one sentence
 * that says what is wrong and what to paste instead.
 */
export function readServiceAccount(text: string): ServiceAccount | { problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: 'must be the whole JSON file of a service account, from “{” to “}”' };
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    return { problem: 'must be the whole JSON file of a service account, from “{” to “}”' };
  const fields = parsed as Record<string, unknown>;
  if ('project_info' in fields || 'client' in fields)
    return {
      problem:
        'is the app’s google-services.json: paste the key of a service account instead (Firebase console, Project settings, Service accounts, Generate new private key)',
    };
  if (fields['type'] !== 'service_account')
    return { problem: 'must be the key of a service account: its “type” must be “service_account”' };
  const missing = ['project_id', 'client_email', 'private_key'].find(
    (name) => typeof fields[name] !== 'string' || fields[name] === '',
  );
  if (missing !== undefined) return { problem: `has no “${missing}”: paste the file as Firebase gave it` };
  const { project_id, client_email, private_key } = fields as Record<string, string>;
  if (!/^[a-z0-9:.-]{1,100}$/.test(project_id!))
    return { problem: 'has a “project_id” that cannot be one: paste the file as Firebase gave it' };
  try {
    if (createPrivateKey(private_key!).asymmetricKeyType !== 'rsa')
      return { problem: 'has a “private_key” that is not an RSA key: paste the file as Firebase gave it' };
  } catch {
    return { problem: 'has a “private_key” that cannot be read: paste the file as Firebase gave it, with its “\\n”' };
  }
  return { projectId: project_id!, clientEmail: client_email!, privateKey: private_key! };
}

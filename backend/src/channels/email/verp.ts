import type { TrackedMessage } from '../../content/index.js';

const prefix = 'bounce+';
const pattern = /^<?bounce\+([0-9a-f]{52})@[^\s@<>]+$/i;

/** What a token is read with: `TrackingLinks`. */
export type BounceTokens = {
  readBounce: (options: { workspaceId: string; token: string }) => TrackedMessage | null;
};

/**
 * The envelope sender of one message (VERP, “variable envelope return path”): whatever comes back to it is about that
 * message, whoever wrote the report and however little it says. `token` is of `TrackingLinks.bounceToken`; 59 characters
 * and one case, so it fits into a local part (64, RFC 5321 4.5.3.1.1) and survives those who write addresses in lower case.
 */
export function verpAddress({ token, domain }: { token: string; domain: string }): string {
  return `${prefix}${token}@${domain}`;
}

type ReadVerpOptions = {
  /** As mail systems write it: with or without `<>`, in any case. */
  address: string;
  workspaceId: string;
  tokens: BounceTokens;
};

/** The id of the message that this address was made for in this workspace; null when Wend did not make it. */
export function readVerp({ address, workspaceId, tokens }: ReadVerpOptions): string | null {
  const token = pattern.exec(address.trim().replace(/>$/, ''))?.[1]?.toLowerCase();
  return token === undefined ? null : (tokens.readBounce({ workspaceId, token })?.messageId ?? null);
}

import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id (19 MiB, 2 passes, 1 lane), which is also the library's default algorithm. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let decoy: Promise<string> | undefined;

/** The PHC string of a password (argon2id). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, options);
}

type PasswordMatchesOptions = {
  stored: string | null;
  password: string;
};

/**
 * Whether `password` belongs to `stored`. Without an account (`null`) the same work is done, so that timing tells
 * nothing.
 */
export async function passwordMatches({ stored, password }: PasswordMatchesOptions): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await decoy), password);
  return matches && stored !== null;
}

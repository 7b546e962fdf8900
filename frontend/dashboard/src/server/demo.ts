import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { serverConfig } from '../config';

const login = z.object({ writeKey: z.string().min(1) });

/** The demo workspace's write key; null where there is no demo. Everybody may see it, as that of any website. */
export async function demoWriteKey(): Promise<string | null> {
  const { demoLoginFile } = serverConfig();
  if (demoLoginFile === null) return null;
  try {
    return login.parse(JSON.parse(await readFile(demoLoginFile, 'utf8'))).writeKey;
  } catch (error) {
    console.error(
      `The demo’s login ${demoLoginFile} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}

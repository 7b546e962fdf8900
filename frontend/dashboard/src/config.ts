import { z } from 'zod';

const schema = z.object({
  /** Where the api listens: seen by the web server, never by browsers. */
  WEND_API_URL: z
    .url({ protocol: /^https?$/, message: 'must be the address of the api, such as http://127.0.0.1:4000' })
    .default('http://127.0.0.1:4000'),
  /** Where the demo's login was written, by a start that has a demo workspace. */
  WEND_DEMO_LOGIN_FILE: z.string().min(1).optional(),
  NODE_ENV: z.string().default('production'),
});

export type Config = { apiUrl: URL; demoLoginFile: string | null; development: boolean };
let config: Config | undefined;

/** The web server's settings, read when it starts and not when it is built: one build serves every place. */
export function serverConfig(): Config {
  if (!config) {
    const parsed = schema.safeParse(process.env);
    if (!parsed.success)
      throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'));
    config = {
      apiUrl: new URL(parsed.data.WEND_API_URL),
      demoLoginFile: parsed.data.WEND_DEMO_LOGIN_FILE ?? null,
      development: parsed.data.NODE_ENV === 'development',
    };
  }
  return config;
}

/** A Chromium for the browser tests. */
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runLogged } from '../launcher/install.mjs';
import { PlainError, lastLines, note } from '../launcher/log.mjs';
import { stateDirectory } from '../launcher/paths.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const found = () =>
  [
    ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
    ...elsewhere,
  ].find((file) => existsSync(file));

/** @returns {Promise<string>} the path of a browser; on Debian, root installs one when there is none */
export const findChromium = async () => {
  const given = process.env.WEND_CHROMIUM;
  if (given) {
    if (existsSync(given)) return given;
    throw new PlainError(`WEND_CHROMIUM names ${given}, which does not exist.`);
  }
  return found() ?? (await installed());
};

const installed = async () => {
  const advice = 'The browser tests need Chromium or Chrome: install one, or name it in WEND_CHROMIUM.';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new PlainError(advice);
  note('There is no Chromium; installing it with apt-get, which takes a minute.');
  const log = join(stateDirectory, 'logs', 'chromium.log');
  mkdirSync(join(stateDirectory, 'logs'), { recursive: true });
  const command = 'apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation';
  const code = await runLogged({
    command: '/bin/sh',
    args: ['-c', command],
    log,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const path = found();
  if (code === 0 && path) return path;
  throw new PlainError(advice, { details: lastLines(log, 0, 12) });
};

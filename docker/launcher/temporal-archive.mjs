/** The official release archive of the Temporal server, verified against the checksums of that release. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const releases = 'https://github.com/temporalio/temporal/releases/download';
const architectures = { x64: 'amd64', arm64: 'arm64' };
const reachWithin = 5000;
const stallAfter = 20_000;

/**
 * @param {{ version: string, work: string, progress: (text: string) => void, from?: string }} options
 * @returns {Promise<string>} a folder with both binaries
 */
export const fetchArchive = async ({ version, work, progress, from = releases }) => {
  const architecture = architectures[process.arch];
  if (!architecture || !['linux', 'darwin'].includes(process.platform)) {
    throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  }
  const name = `temporal_${version}_${process.platform}_${architecture}.tar.gz`;
  progress('looking for the official release');
  const checksums = await (await get(`${from}/v${version}/checksums.txt`)).text();
  const expected = checksums
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === name)?.[0];
  if (!expected) throw new Error(`the release's checksums do not name ${name}`);
  const archive = join(work, name);
  await download({ response: await get(`${from}/v${version}/${name}`), file: archive, progress });
  const actual = await sha256(archive);
  if (actual !== expected.toLowerCase())
    throw new Error(`${name} does not match its checksum (expected ${expected}, got ${actual})`);
  const folder = join(work, 'archive');
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', archive, '-C', folder, 'temporal-server', 'temporal-sql-tool'], { stdio: 'pipe' });
  for (const binary of ['temporal-server', 'temporal-sql-tool']) {
    if (!existsSync(join(folder, binary))) throw new Error(`${name} holds no ${binary}`);
  }
  return folder;
};

/** Answers once the headers are there; a host that cannot be reached is given up in seconds. */
const get = async (url) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), reachWithin);
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    if (error.message.startsWith(url)) throw error;
    const why = stop.signal.aborted ? 'no answer in 5 s' : (error.cause?.code ?? error.message);
    throw new Error(`${new URL(url).host} cannot be reached (${why})`);
  } finally {
    clearTimeout(timer);
  }
};

const download = async ({ response, file, progress }) => {
  const total = Number(response.headers.get('content-length') ?? 0);
  const source = Readable.fromWeb(response.body);
  let received = 0;
  const stall = () => source.destroy(new Error('the download stalled'));
  let timer = setTimeout(stall, stallAfter);
  source.on('data', (chunk) => {
    clearTimeout(timer);
    timer = setTimeout(stall, stallAfter);
    received += chunk.length;
    const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(0);
    progress(`downloading, ${megabytes(received)} of ${total ? megabytes(total) : '?'} MB`);
  });
  try {
    await pipeline(source, createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
};

const sha256 = async (file) => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

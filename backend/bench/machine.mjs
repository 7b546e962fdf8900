/** On what the figures were taken. */
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { temporalVersion } from '../../docker/launcher/temporal-server.mjs';
import { inClone } from '../../docker/launcher/paths.mjs';

/** @param {{ admin: import('pg').Client }} system */
export const describeMachine = async ({ admin }) => {
  const setting = async (name) => (await admin.query('select current_setting($1) as value', [name])).rows[0].value;
  return {
    cores: os.cpus().length,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(os.totalmem() / 1024 ** 3),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    temporal: temporalVersion,
    postgres: {
      version: await setting('server_version'),
      fsync: await setting('fsync'),
      synchronous_commit: await setting('synchronous_commit'),
      full_page_writes: await setting('full_page_writes'),
      shared_buffers: await setting('shared_buffers'),
    },
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'backend/src', 'workflows', 'migrations', 'docker') !== '',
  };
};

const git = (...args) => {
  try {
    return execFileSync('git', args, { cwd: inClone(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
};

/** Runnable processes over the last minute, as the kernel smooths it. */
export const load = () => os.loadavg()[0];

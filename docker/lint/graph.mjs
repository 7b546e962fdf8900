/** The packages of this clone, as Nx knows them. */
import { relative, sep } from 'node:path';
import nxDevkit from '@nx/devkit';
import { root } from '../launcher/paths.mjs';

/** A file's path in the clone. @param {string} file */
export const pathOf = (file) => relative(root, file).split(sep).join('/');

// The Nx rule reads a stored project graph and passes everything when there is none: it is brought up to date here,
// without a daemon.
process.env.NX_DAEMON = 'false';
process.env.NX_ISOLATE_PLUGINS = 'false';
export const graph = await nxDevkit.createProjectGraphAsync({ exitOnError: false });

/** What comes before the first process: compiled sources, and nothing left of an earlier run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard, buildWebSdk, runScript } from '../../docker/launcher/build.mjs';
import { buildLock, installDependencies } from '../../docker/launcher/install.mjs';
import { withLock } from '../../docker/launcher/lock.mjs';
import { step } from '../../docker/launcher/log.mjs';
import { inClone, stateDirectory } from '../../docker/launcher/paths.mjs';
import { rememberedHome } from '../../docker/launcher/postgres-location.mjs';
import { reapOrphans } from '../../docker/launcher/processes.mjs';

export const directory = join(stateDirectory, 'bench');
export const runDirectory = join(directory, 'run');
export const locationMemory = join(directory, 'postgres-location');

/** Compiles what is measured. @param {{ dashboard: boolean }} options */
export const build = async ({ dashboard }) => {
  await installDependencies({ tools: true });
  await withLock(buildLock, () =>
    step('TypeScript compiled', async () => {
      await runScript({
        title: 'Compiling',
        name: 'bench-tsc',
        script: inClone('node_modules', 'typescript', 'bin', 'tsc'),
        args: ['-b', 'migrations', 'backend', 'examples/custom-node', 'examples/custom-provider'],
      });
      await buildWebSdk();
    }),
  );
  if (dashboard) await buildDashboard();
};

/** Ends what a killed bench left running and deletes its data: every run begins with empty databases. */
export const clear = async () => {
  await reapOrphans({ runDirectory, order: ['postgres', 'temporal', 'api', 'worker', 'baseline', 'web'] });
  const home = rememberedHome(locationMemory);
  if (home) rmSync(home, { recursive: true, force: true });
  rmSync(runDirectory, { recursive: true, force: true });
  rmSync(locationMemory, { force: true });
};

/** What comes before the first process: compiled sources, and nothing left of an earlier run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard, runScript } from '../../docker/local/build.mjs';
import { buildLock, installDependencies } from '../../docker/local/install.mjs';
import { withLock } from '../../docker/local/lock.mjs';
import { step } from '../../docker/local/log.mjs';
import { inClone, stateDirectory } from '../../docker/local/paths.mjs';
import { rememberedHome } from '../../docker/local/postgres-location.mjs';
import { reapOrphans } from '../../docker/local/processes.mjs';

export const directory = join(stateDirectory, 'bench');
export const runDirectory = join(directory, 'run');
export const locationMemory = join(directory, 'postgres-location');

/** Compiles what is measured. */
export const build = async () => {
  await installDependencies();
  await withLock(buildLock, () =>
    step('TypeScript compiled', () =>
      runScript({ title: 'Compiling', name: 'bench-tsc', script: inClone('node_modules', 'typescript', 'bin', 'tsc'), args: ['-b', 'migrations', 'backend', 'examples/custom-node'] }),
    ),
  );
  await buildDashboard();
};

/** Ends what a killed bench left running and deletes its data: every run begins with empty databases. */
export const clear = async () => {
  await reapOrphans({ runDirectory, order: ['postgres', 'temporal', 'api', 'worker', 'baseline', 'web'] });
  const home = rememberedHome(locationMemory);
  if (home) rmSync(home, { recursive: true, force: true });
  rmSync(runDirectory, { recursive: true, force: true });
  rmSync(locationMemory, { force: true });
};

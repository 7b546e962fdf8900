export { Mover } from './mover.js';
export { MovesApiModule, MovesWorkerModule } from './moves.module.js';

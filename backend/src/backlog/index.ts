export { BacklogApiModule, BacklogModule } from './backlog.module.js';
export { CancellationsService } from './cancellations.service.js';

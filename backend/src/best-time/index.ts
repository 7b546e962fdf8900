export { BestTimeFollower } from './best-time-follower.js';
export { BestTimeFollowerModule, BestTimeModule } from './best-time.module.js';
export { BestTimes } from './best-times.js';
export { BestTimeRepository } from './best-time.repository.js';

export { GoalsFollower } from './goals-follower.js';
export { GoalReads } from './goal-reads.repository.js';
export type { GoalTotals } from './goal-reads.repository.js';
export { GoalsFollowerModule, GoalsModule } from './goals.module.js';

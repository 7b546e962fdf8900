import { Module } from '@nestjs/common';
import { GoalReads } from './goal-reads.repository.js';
import { GoalsFollower } from './goals-follower.js';

/** What reached the goals of journeys. */
@Module({ providers: [GoalReads], exports: [GoalReads] })
export class GoalsModule {}

/** Counts what reaches goals, for the worker process. */
@Module({ providers: [GoalsFollower], exports: [GoalsFollower] })
export class GoalsFollowerModule {}

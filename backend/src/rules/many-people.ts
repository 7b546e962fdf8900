/**
 * Sets of people in memory: for a million people some tens of megabytes each, where PostgreSQL's usual 4 MB would have it
 * look at each alone. A hashed one may take `hash_mem_multiplier` (2) times as much: 128 MB.
 */
const memory = "work_mem = '64MB'";

/**
 * Settings (for `Database.transaction`) of a statement that asks `peopleSql` of everybody: its plan is made for what is
 * asked, and sets are kept in memory.
 */
export function settingsForMany(holds: string): string[] {
  return [
    'plan_cache_mode = force_custom_plan',
    memory,
    // Each worker would work out the same groups for itself.
    ...(holds.includes(' group by ') ? ['max_parallel_workers_per_gather = 0'] : []),
  ];
}

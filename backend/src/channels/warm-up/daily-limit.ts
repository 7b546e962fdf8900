/** How a connection's daily limit grows. */
export type WarmUpPlan = { startPerDay: number; growthPercent: number; mostPerDay: number };

/** How many messages go out on a day; 0 is the first one. */
export function limitOn(plan: WarmUpPlan, day: number): number {
  const { startPerDay, growthPercent, mostPerDay } = plan;
  return Math.min(mostPerDay, Math.floor(startPerDay * (1 + growthPercent / 100) ** Math.max(day, 0) + 1e-6));
}

/** The first day on which the limit is the last one; null when it never grows that far. */
export function fullOn(plan: WarmUpPlan): number | null {
  if (plan.startPerDay >= plan.mostPerDay) return 0;
  if (plan.growthPercent === 0) return null;
  let day = Math.floor(Math.log(plan.mostPerDay / plan.startPerDay) / Math.log(1 + plan.growthPercent / 100));
  while (limitOn(plan, day) < plan.mostPerDay) day += 1;
  return day;
}

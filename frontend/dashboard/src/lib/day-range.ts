/** The instant at which a day (`2026-11-29`) begins in the viewer's zone, some days later; undefined for no day. */
export function startOfDay(day: string | undefined, { plus = 0 }: { plus?: number } = {}): string | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '');
  if (!parts) return undefined;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + plus);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The viewer's time zone, by its name. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

import type { Json, JsonObject } from '@wend/contract';

export type Point = { lat: number; lng: number };

const metresPerDegree = 111_195;

/**
 * The point that a location says: an object with numbers `lat` and `lng`, or `latitude` and `longitude`, in degrees, or
 * an object that has such a `location`. Null where it says none: text is no number.
 */
export function pointOf(value: Json | undefined): Point | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const lat = degrees(value['lat'] ?? value['latitude'], 90);
  const lng = degrees(value['lng'] ?? value['longitude'], 180);
  if (lat !== null && lng !== null) return { lat, lng };
  const { location } = value as JsonObject;
  return location === undefined ? null : pointOf(withoutLocation(location));
}

/** One level is enough: whatever is sent, it ends. */
function withoutLocation(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { location: _, ...rest } = value;
  return rest;
}

function degrees(value: Json | undefined, most: number): number | null {
  return typeof value === 'number' && Math.abs(value) <= most ? value : null;
}

/** West, south, east and north of a circle, in degrees; beyond 180 where it reaches over the date line. Never too small. */
export function boundsOf({ lat, lng, radius }: Point & { radius: number }): [number, number, number, number] {
  const reach = (radius * 1.001) / metresPerDegree + 1e-6;
  const [south, north] = [lat - reach, lat + reach];
  // Around a pole all longitudes are near.
  if (south <= -90 || north >= 90) return [-540, south, 540, north];
  const wide = Math.asin(Math.min(1, Math.sin((reach * Math.PI) / 180) / Math.cos((lat * Math.PI) / 180)));
  const span = (wide * 180) / Math.PI;
  return [lng - span, south, lng + span, north];
}

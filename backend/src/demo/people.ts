import type { JsonObject } from '@wend/contract';
import type { Random } from './random.js';

/** A customer of the demo shop, made up. */
export type DemoPerson = {
  userId: string;
  anonymousId: string;
  traits: JsonObject;
  device: { token: string; type: 'ios' | 'android' } | null;
  context: JsonObject;
};

type Place = {
  city: string;
  country: string;
  zone: string;
  locale: string;
  phone: (random: Random) => string;
  first: string[];
  last: string[];
};

const digits = (random: Random, count: number) => Array.from({ length: count }, () => random.integer(0, 9)).join('');
/** Numbers that are set aside for fiction where a country has such, and otherwise not in use. */
const places: Place[] = [
  {
    city: 'Berlin',
    country: 'DE',
    zone: 'Europe/Berlin',
    locale: 'de-DE',
    phone: (r) => `+4930555${digits(r, 5)}`,
    first: ['Lena', 'Jonas', 'Mira', 'Felix', 'Aylin'],
    last: ['Brandt', 'Hoffmann', 'Yıldız', 'Kessler', 'Vogel'],
  },
  {
    city: 'London',
    country: 'GB',
    zone: 'Europe/London',
    locale: 'en-GB',
    phone: (r) => `+447700900${digits(r, 3)}`,
    first: ['Priya', 'Oliver', 'Zoe', 'Callum', 'Adaeze'],
    last: ['Shah', 'Whitfield', 'Okafor', 'Marsh', 'Llewellyn'],
  },
  {
    city: 'New York',
    country: 'US',
    zone: 'America/New_York',
    locale: 'en-US',
    phone: (r) => `+120255501${digits(r, 2)}`,
    first: ['Maya', 'Ethan', 'Naomi', 'Luis', 'Grace'],
    last: ['Goldberg', 'Ramirez', 'Carter', 'Bennett', 'Osei'],
  },
  {
    city: 'San Francisco',
    country: 'US',
    zone: 'America/Los_Angeles',
    locale: 'en-US',
    phone: (r) => `+141555501${digits(r, 2)}`,
    first: ['Kenji', 'Sofia', 'Dylan', 'Anika', 'Tessa'],
    last: ['Nakamura', 'Delgado', 'Reed', 'Iyer', 'Lindholm'],
  },
  {
    city: 'São Paulo',
    country: 'BR',
    zone: 'America/Sao_Paulo',
    locale: 'pt-BR',
    phone: (r) => `+551155550${digits(r, 4)}`,
    first: ['Beatriz', 'Caio', 'Larissa', 'Rafael', 'Iara'],
    last: ['Moreira', 'Teixeira', 'Nogueira', 'Prado', 'Antunes'],
  },
  {
    city: 'Seoul',
    country: 'KR',
    zone: 'Asia/Seoul',
    locale: 'ko-KR',
    phone: (r) => `+8225550${digits(r, 4)}`,
    first: ['Ji-woo', 'Min-jun', 'Seo-yeon', 'Ha-eun', 'Do-yun'],
    last: ['Kim', 'Park', 'Lim', 'Choi', 'Yoon'],
  },
  {
    city: 'Tokyo',
    country: 'JP',
    zone: 'Asia/Tokyo',
    locale: 'ja-JP',
    phone: (r) => `+8135550${digits(r, 4)}`,
    first: ['Haruka', 'Sota', 'Yui', 'Ren', 'Aoi'],
    last: ['Tanaka', 'Fujimoto', 'Ishikawa', 'Mori', 'Hayashi'],
  },
  {
    city: 'Sydney',
    country: 'AU',
    zone: 'Australia/Sydney',
    locale: 'en-AU',
    phone: (r) => `+6149157${digits(r, 4)}`,
    first: ['Isla', 'Jack', 'Amelie', 'Noah', 'Ruby'],
    last: ['Fraser', 'Nguyen', 'Mitchell', 'Papadakis', 'Hughes'],
  },
  {
    city: 'Lagos',
    country: 'NG',
    zone: 'Africa/Lagos',
    locale: 'en-NG',
    phone: (r) => `+2341555${digits(r, 4)}`,
    first: ['Chiamaka', 'Tunde', 'Ifeoma', 'Emeka', 'Zainab'],
    last: ['Adeyemi', 'Balogun', 'Eze', 'Okonkwo', 'Bello'],
  },
  {
    city: 'Mumbai',
    country: 'IN',
    zone: 'Asia/Kolkata',
    locale: 'en-IN',
    phone: (r) => `+912255550${digits(r, 3)}`,
    first: ['Ananya', 'Rohan', 'Kavya', 'Arjun', 'Meera'],
    last: ['Deshpande', 'Kulkarni', 'Menon', 'Chopra', 'Banerjee'],
  },
  {
    city: 'Stockholm',
    country: 'SE',
    zone: 'Europe/Stockholm',
    locale: 'sv-SE',
    phone: (r) => `+467017406${digits(r, 2)}`,
    first: ['Elin', 'Oskar', 'Freja', 'Viktor', 'Saga'],
    last: ['Lindqvist', 'Bergström', 'Ekholm', 'Nyberg', 'Sandell'],
  },
  {
    city: 'Lisbon',
    country: 'PT',
    zone: 'Europe/Lisbon',
    locale: 'pt-PT',
    phone: (r) => `+351215550${digits(r, 3)}`,
    first: ['Inês', 'Tiago', 'Matilde', 'Duarte', 'Leonor'],
    last: ['Carvalho', 'Figueiredo', 'Pires', 'Amaral', 'Rocha'],
  },
];
const companies = [
  'Fjord Design',
  'Kiosk & Sons',
  'Bluebird Events',
  'Atelier Nord',
  'Harbour Books',
  'Lumen Studio',
  'Oakline Interiors',
  'Paper Kite',
  'Tramway Coffee',
  'Halden Architects',
  'Sundial Travel',
  'Copperleaf',
];
const plans = ['free', 'free', 'free', 'team', 'team', 'business'] as const;

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .replace(/ı/g, 'i')
    .toLowerCase();
}

/**
 * Makes somebody up. `number` keeps names apart and decides where the person lives; the rest is chance. Addresses are
 * of domains that nobody can own.
 */
export function makePerson({ number, random, prefix }: { number: number; random: Random; prefix: string }): DemoPerson {
  const place = places[number % places.length]!;
  const first = place.first[Math.floor(number / places.length) % place.first.length]!;
  const last = random.pick(place.last);
  const plan = random.pick(plans);
  const type = random.pick(['ios', 'android'] as const);
  const userId = `${prefix}${number + 1}`;
  const traits: JsonObject = {
    first_name: first,
    last_name: last,
    plan,
    city: place.city,
    country: place.country,
    timezone: place.zone,
    locale: place.locale,
  };
  if (random.chance(0.94))
    traits['email'] =
      `${plain(first)}.${plain(last)}${number + 1}@${random.pick(['example.com', 'example.org', 'example.net'])}`;
  if (random.chance(0.7)) traits['phone'] = place.phone(random);
  if (plan !== 'free') traits['company'] = random.pick(companies);
  const device = random.chance(0.72) ? { token: `demo-${userId}-${digits(random, 10)}`, type } : null;
  const context: JsonObject = {
    locale: place.locale,
    timezone: place.zone,
    library: { name: device ? `analytics-${type}` : 'analytics.js', version: '2.1.0' },
    ...(device && { device }),
  };
  return { userId, anonymousId: `anon-${userId}`, traits, device, context };
}

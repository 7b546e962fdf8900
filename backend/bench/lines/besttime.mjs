/**
 * What the best time brings: made-up people with hours of their own are sent messages at the hour that Wend would take,
 * at everybody's best hour and at a random one. Always the same people (a seed), and no clock: the figures are the same
 * on every machine. Also by itself: `node backend/bench/lines/besttime.mjs` after a build.
 */
import { pathToFileURL } from 'node:url';
import {
  added,
  halfLifeDays,
  likelihood,
  noHours,
  priorStrength,
  spreadToNeighbours,
  weights,
} from '../../dist/best-time/habits.js';
import { printTable } from '../table.mjs';

const people = 3_000;
const historyDays = 60;
/** Hours after which a message that lies in an inbox is a third as likely to be opened, being further down. */
const buriedHours = 6;
/** Middles of what people's days are made of: way to work, lunch, way home, evening, late. */
const middles = [7.5, 12.5, 18, 21, 23.5];
const quarters = 96;

/** Numbers from 0 to 1, always the same of a seed: mulberry32. */
const randomOf = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Looks per quarter of an hour of a day, where half of them come later at weekends. */
const makePerson = (random) => {
  // Few of the middles are anybody's own: exponents make the shares uneven.
  const shares = middles.map(() => random() ** 4);
  const shift = normal(random);
  const looksPerDay = Math.exp(Math.log(3) + 0.6 * normal(random));
  const dayOf = (later) => {
    const density = Array.from({ length: quarters }, (_, quarter) => {
      const hour = quarter / 4;
      const near = middles.map((middle) => {
        const away = Math.abs(((hour - middle - shift - later + 36) % 24) - 12);
        return Math.exp(-(away ** 2) / (2 * 1.2 ** 2));
      });
      return 0.02 + near.reduce((sum, each, index) => sum + each * shares[index], 0);
    });
    const all = density.reduce((sum, each) => sum + each, 0);
    return density.map((each) => (each / all) * looksPerDay);
  };
  const weekday = dayOf(0);
  return {
    weekday,
    weekend: random() < 0.5 ? dayOf(2.5) : weekday,
    interest: 0.2 + 0.4 * random(),
    visitsPerWeek: Math.exp(Math.log(0.7) + normal(random)),
  };
};

const isWeekend = (day) => day % 7 >= 5;
const looksAt = (person, day, quarter) =>
  (isWeekend(day + Math.floor(quarter / quarters)) ? person.weekend : person.weekday)[quarter % quarters];

/** How likely a message is opened that is sent at a full hour of a day: at the first look, if it is not buried by then. */
const openRate = (person, { day, hour }) => {
  let rate = 0;
  let unseen = 1;
  for (let quarter = 0; quarter < 2 * quarters; quarter += 1) {
    const looks = 1 - Math.exp(-looksAt(person, day, hour * 4 + quarter));
    rate += unseen * looks * Math.exp(-(quarter / 4) / buriedHours);
    unseen *= 1 - looks;
  }
  return rate * person.interest;
};

/** The hour of the opening of a message, or null. */
const openedAt = (person, { day, hour, random }) => {
  for (let quarter = 0; quarter < 2 * quarters; quarter += 1) {
    if (random() >= 1 - Math.exp(-looksAt(person, day, hour * 4 + quarter))) continue;
    const opened = random() < person.interest * Math.exp(-(quarter / 4) / buriedHours);
    const at = hour * 4 + quarter;
    return opened ? { day: day + Math.floor(at / quarters), hour: Math.floor((at % quarters) / 4) } : null;
  }
  return null;
};

/** What Wend has counted of somebody: weights by hour, of all days and of weekdays and weekends apart. */
const learn = (person, { messages, sendHour, random, visits = true }) => {
  const counted = { all: [...noHours], weekday: [...noHours], weekend: [...noHours], signals: 0 };
  const note = ({ day, hour }, weight) => {
    const aged = weight * 2 ** (-(historyDays - day) / halfLifeDays);
    counted.all[hour] += aged;
    counted[isWeekend(day) ? 'weekend' : 'weekday'][hour] += aged;
    counted.signals += 1;
  };
  for (let n = 0; n < messages; n += 1) {
    const day = Math.floor(random() * historyDays);
    const hour = sendHour ?? Math.floor(random() * 24);
    const opened = openedAt(person, { day, hour, random });
    if (opened) note(opened, weights.open);
  }
  if (visits)
    for (let day = 0; day < historyDays; day += 1)
      for (let hour = 0; hour < 24; hour += 1) {
        const looks = [0, 1, 2, 3].reduce((sum, quarter) => sum + looksAt(person, day, hour * 4 + quarter), 0);
        const perLook = person.visitsPerWeek / 7 / person.weekday.reduce((sum, each) => sum + each, 0);
        if (random() < 1 - Math.exp(-looks * perLook)) note({ day, hour }, weights.visit);
      }
  return counted;
};

const bestOf = (shares) => shares.indexOf(Math.max(...shares));
const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const gain = (rate, beside) => `${rate >= beside ? '+' : '−'}${Math.abs((rate / beside - 1) * 100).toFixed(1)} %`;

/** A population with its history, and what each way of choosing the hour comes to, over the days of a week. */
const simulate = ({ seed, messages, sendHour, visits }) => {
  const random = randomOf(seed);
  const all = Array.from({ length: people }, () => makePerson(random));
  const known = all.map((person) => learn(person, { messages, sendHour, random, visits }));
  const everybody = known.map(({ all: hours }) => hours).reduce(added, noHours);
  const rates = all.map((person) =>
    Array.from({ length: 7 }, (_, day) =>
      Array.from({ length: 24 }, (_unused, hour) => openRate(person, { day, hour })),
    ),
  );
  const chosen = (hourOf) =>
    mean(rates.map((days, index) => mean(days.map((hours, day) => hours[hourOf(known[index], day)]))));
  const own = (options) => (of) => bestOf(likelihood({ own: of.all, everybody, ...options }));
  const isKnown = everybody.some((weight) => weight > 0);
  const anyHour = mean(rates.map((days) => mean(days.map(mean))));
  return {
    signals: mean(known.map(({ signals }) => signals)),
    random: anyHour,
    everybody: !isKnown ? anyHour : chosen(() => bestOf(likelihood({ own: noHours, everybody }))),
    // Of whom nobody knows anything are sent to at the next full hour, whichever that is.
    best: isKnown ? chosen(own({})) : anyHour,
    perfect: mean(rates.map((days) => mean(days.map((hours) => Math.max(...hours))))),
    with: (options) => chosen(own(options)),
    split: () => {
      const sums = (part) => known.map((each) => each[part]).reduce(added, noHours);
      const prior = { weekday: sums('weekday'), weekend: sums('weekend') };
      return chosen((of, day) => {
        const part = isWeekend(day) ? 'weekend' : 'weekday';
        return bestOf(likelihood({ own: of[part], everybody: prior[part] }));
      });
    },
  };
};

export const measureBestTime = async () => {
  const random = randomOf(7);
  const worlds = [0, 5, 20, 60].map((messages) => ({
    messages,
    ...simulate({ seed: 1 + Math.floor(random() * 1e9), messages, visits: messages > 0 }),
  }));
  printTable({
    title: 'Expected opens by how the hour is chosen',
    note: `${people} made-up people each, messages of the last ${historyDays} days sent at random hours. “Gained” is beside a random hour, and beside everybody’s best hour.`,
    head: ['messages before', 'opens and visits', 'random hour', 'everybody’s best', 'best time', 'gained', 'perfect'],
    rows: worlds.map((world) => [
      String(world.messages),
      world.signals.toFixed(1),
      percent(world.random),
      percent(world.everybody),
      percent(world.best),
      `${gain(world.best, world.random)}, ${gain(world.best, world.everybody)}`,
      percent(world.perfect),
    ]),
  });
  const [, few, some, many] = worlds;
  const varied = [
    ...[1, 3, priorStrength, 30, 100].map((strength) => [`prior of ${strength} opens`, (w) => w.with({ strength })]),
    ['without neighbours', (w) => w.with({ spread: 0 })],
    [`a third to each neighbour (is ${spreadToNeighbours})`, (w) => w.with({ spread: 1 / 3 })],
    ['weekdays and weekends apart', (w) => w.split()],
  ];
  printTable({
    title: 'The same with other settings',
    note: 'By messages before. Half of the people get up two and a half hours later at weekends.',
    head: ['', ...[few, some, many].map(({ messages }) => String(messages))],
    rows: varied.map(([name, rate]) => [name, ...[few, some, many].map((world) => percent(rate(world)))]),
  });
  const sources = [
    ['opens and visits', { visits: true }],
    ['opens alone', { visits: false }],
    ['opens and visits, all sent at ten', { visits: true, sendHour: 10 }],
    ['opens alone, all sent at ten', { visits: false, sendHour: 10 }],
  ].map(([name, options]) => [name, simulate({ seed: 11, messages: 20, ...options })]);
  printTable({
    title: 'By what it learns from',
    note: '20 messages before. Opens follow messages: who is sent to at ten opens soon after, whenever they would have liked to.',
    head: ['', 'signals', 'random hour', 'everybody’s best', 'best time', 'perfect'],
    rows: sources.map(([name, world]) => [
      name,
      world.signals.toFixed(1),
      ...[world.random, world.everybody, world.best, world.perfect].map(percent),
    ]),
  });
  const result = worlds.map(({ messages, signals, ...world }) => ({
    messages,
    signals,
    random: world.random,
    everybody: world.everybody,
    best: world.best,
    perfect: world.perfect,
  }));
  return {
    result: { worlds: result },
    goals: [
      {
        goal: 'Opens gained by the best time beside everybody’s best hour, after 20 messages',
        measured: (some.best / some.everybody - 1) * 100,
        unit: '%',
        met: some.best > some.everybody,
      },
    ],
  };
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await measureBestTime();

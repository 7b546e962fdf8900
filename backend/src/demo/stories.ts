import type { JsonObject } from '@wend/contract';
import type { Random } from './random.js';

/** Something a person does: an event, or what the receiver of a message of this run does with it. */
export type Act = { afterMs: number } & (
  { event: string; properties: JsonObject } | { message: string; action: 'open' | 'click' }
);
/** How a person comes into a journey and what follows. Times count from coming in. */
export type Story = {
  journey: string;
  agoMs: number;
  before: { beforeMs: number; event: string; properties: JsonObject }[];
  entry: { event: string; properties: JsonObject };
  acts: Act[];
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Days ago, most of them few: a journey has more people who came lately than people it still holds from last week. */
const recently = (random: Random, from: number, to: number) => (from + (to - from) * random.next() ** 2) * day;
const products = [
  { product_id: 'wall-planner-a1', name: 'Wall planner A1', price: 24.5 },
  { product_id: 'desk-planner', name: 'Desk planner, undated', price: 18 },
  { product_id: 'sticky-dates', name: 'Sticky dates, 400', price: 9.9 },
  { product_id: 'team-board', name: 'Magnetic team board', price: 79 },
  { product_id: 'pen-set', name: 'Fine pens, set of six', price: 14.5 },
  { product_id: 'project-binder', name: 'Project binder', price: 22 },
];

/** Signing up: some make a project at once, many follow the welcome mail, some never come back. */
function welcomeStory(random: Random): Story {
  const source = random.pick(['website', 'website', 'search ad', 'referral', 'app store']);
  const story: Story = {
    journey: 'Welcome series',
    agoMs: recently(random, 0.1, 6),
    entry: { event: 'Signed Up', properties: { source } },
    acts: [],
    before: [
      { beforeMs: random.between(4, 12) * minute, event: 'Pricing Viewed', properties: { source } },
      { beforeMs: random.between(1, 3) * minute, event: 'Sign-up Started', properties: {} },
    ],
  };
  const project = (afterMs: number): Act => ({
    afterMs,
    event: 'Project Created',
    properties: {
      project_id: `p-${random.integer(1_000, 9_999)}`,
      template: random.pick(['launch', 'event', 'blank', 'import']),
    },
  });
  const roll = random.next();
  const opened = random.between(4, 90) * minute;
  if (roll < 0.22) {
    story.acts.push(
      { afterMs: opened, message: 'welcome', action: 'open' },
      project(opened + random.between(0.2, 12) * hour),
    );
  } else if (roll < 0.62) {
    const clicked = opened + random.between(0.01, 9) * hour;
    story.acts.push(
      { afterMs: opened, message: 'welcome', action: 'open' },
      { afterMs: clicked, message: 'welcome', action: 'click' },
    );
    if (random.chance(0.5))
      story.acts.push({
        afterMs: clicked + random.between(0.2, 6) * hour,
        message: 'invite',
        action: random.pick(['open', 'click']),
      });
    if (random.chance(0.35)) story.acts.push(project(clicked + random.between(2, 20) * hour));
    else if (random.chance(0.5))
      story.acts.push({
        afterMs: clicked + day + random.between(0.2, 8) * hour,
        message: 'third-day',
        action: random.pick(['open', 'click']),
      });
  } else {
    if (random.chance(0.5)) story.acts.push({ afterMs: opened, message: 'welcome', action: 'open' });
    const nudged = day + random.between(0.3, 9) * hour;
    if (random.chance(0.6))
      story.acts.push(
        { afterMs: nudged, message: 'tips', action: random.pick(['open', 'click']) },
        { afterMs: nudged, message: 'nudge-push', action: 'open' },
      );
    if (random.chance(0.3)) story.acts.push(project(nudged + random.between(0.1, 10) * hour));
  }
  return sorted(story);
}

/** A cart: ordered soon, ordered after the reminder or the coupon, another one ordered, or left for good. */
function cartStory(random: Random): Story {
  const product = random.pick(products);
  const cart = `cart-${random.integer(10_000, 99_999)}`;
  const order = (afterMs: number, cartId = cart): Act => ({
    afterMs,
    event: 'Order Completed',
    properties: {
      cart_id: cartId,
      order_id: `NW-${random.integer(10_000, 99_999)}`,
      revenue: product.price,
      currency: 'EUR',
    },
  });
  const story: Story = {
    journey: 'Cart abandonment',
    agoMs: recently(random, 0.03, 4),
    acts: [],
    before: [
      {
        beforeMs: random.between(1, 8) * minute,
        event: 'Product Viewed',
        properties: { product_id: product.product_id, name: product.name },
      },
    ],
    entry: {
      event: 'Product Added',
      properties: { cart_id: cart, ...product, currency: 'EUR', quantity: random.integer(1, 3) },
    },
  };
  const roll = random.next();
  const reminded = hour + random.between(5, 240) * minute;
  if (roll < 0.25) story.acts.push(order(random.between(6, 55) * minute));
  else if (roll < 0.5)
    story.acts.push(
      { afterMs: reminded, message: 'reminder', action: 'click' },
      order(reminded + random.between(3, 40) * minute),
    );
  else if (roll < 0.6) story.acts.push(order(random.between(2, 20) * hour, `cart-${random.integer(10_000, 99_999)}`));
  else {
    if (random.chance(0.6)) story.acts.push({ afterMs: reminded, message: 'reminder', action: 'open' });
    const coupon = hour + day + random.between(0.1, 6) * hour;
    if (random.chance(0.4))
      story.acts.push({ afterMs: coupon, message: 'coupon', action: 'click' }, order(coupon + 20 * minute));
  }
  return sorted(story);
}

/** A parcel: most open the push, others get an SMS. */
function deliveryStory(random: Random): Story {
  const from = random.integer(8, 15);
  const story: Story = {
    journey: 'Push, then SMS',
    agoMs: recently(random, 0.02, 3),
    acts: [],
    before: [
      {
        beforeMs: random.between(5, 30) * hour,
        event: 'Order Completed',
        properties: {
          order_id: `NW-${random.integer(10_000, 99_999)}`,
          revenue: random.pick(products).price,
          currency: 'EUR',
        },
      },
    ],
    entry: {
      event: 'Delivery Scheduled',
      properties: {
        order_id: `NW-${random.integer(10_000, 99_999)}`,
        day: random.pick(['tomorrow', 'on Thursday', 'on Friday']),
        from: `${from}:00`,
        to: `${from + 2}:00`,
      },
    },
  };
  if (random.chance(0.62))
    story.acts.push({
      afterMs: random.between(1, 110) * minute,
      message: 'push',
      action: random.chance(0.4) ? 'click' : 'open',
    });
  return sorted(story);
}

function sorted(story: Story): Story {
  return { ...story, acts: [...story.acts].sort((a, b) => a.afterMs - b.afterMs) };
}

/** The story with what has not happened by now left out. */
export function untilNow(story: Story): Story {
  return { ...story, acts: story.acts.filter(({ afterMs }) => afterMs < story.agoMs - minute) };
}

/** One story of each kind in the shares that the demo has. */
export function storyFor({ number, random }: { number: number; random: Random }): Story {
  const kind = number % 10;
  if (kind < 5) return welcomeStory(random);
  return kind < 8 ? cartStory(random) : deliveryStory(random);
}

/** Delivery rules of the bench's workspace, set as members set them. */
import { pause } from '../../until.mjs';

/** Senders hear of a change within a second. */
const heardMs = 1_500;
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const none = {
  caps: { limits: [], countTransactional: false },
  'quiet-hours': { hours: null, channels: [], perMinute: null },
  holdout: { share: 0, exceptTopics: [] },
  rates: { workspace: null, channels: [] },
};

/** Sets the rules that are named, and takes all others away. Resolves when every sender goes by them. */
export const setRules = async ({ product }, rules = {}) => {
  for (const [name, settings] of Object.entries({ ...none, ...rules }))
    await product.call('PUT', `/api/delivery/${name}`, settings);
  await pause(heardMs);
};

/** A topic on all channels of people; what was made before stays. */
export const addTopic = async ({ product }, key) => {
  const topics = await product.call('GET', '/api/topics');
  if (!JSON.stringify(topics).includes(`"key":"${key}"`))
    await product.call('POST', '/api/topics', { key, name: key, channels: ['sms', 'email'], starts: 'subscribed' });
};

/** Quiet hours of each day between two instants (ms since 1970), by the clocks of a zone so many hours ahead of UTC. */
export const quietBetween = ({ from, to, hoursAhead }) => ({
  windows: [{ days: everyDay, from: clockAt(from, hoursAhead), to: clockAt(to, hoursAhead) }],
});

const clockAt = (at, hoursAhead) => new Date(at + hoursAhead * 3_600_000).toISOString().slice(11, 16);

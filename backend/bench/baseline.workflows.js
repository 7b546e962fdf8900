/**
 * What Wend is measured against, as plain Temporal workflows. The activities that are not the send do nothing at all: a real
 * product would read a profile or write a result in them, so these figures are lower bounds.
 */
import { proxyActivities, sleep } from '@temporalio/workflow';

const { send, nothing } = proxyActivities({ startToCloseTimeout: '30s' });

/** Start and close: the floor below which no workflow per person can go. */
export async function empty() {}

/** One activity per message. */
export async function activityPerMessage({ person, messages, waitMs }) {
  for (let message = 1; message <= messages; message += 1) {
    if (message > 1 && waitMs > 0) await sleep(waitMs);
    await send({ person, message });
  }
}

/** Two activities at the start, three per message: decide, send, record. */
export async function activitiesAroundMessages({ person, messages, waitMs }) {
  await nothing();
  await nothing();
  for (let message = 1; message <= messages; message += 1) {
    if (message > 1 && waitMs > 0) await sleep(waitMs);
    await nothing();
    await send({ person, message });
    await nothing();
  }
}

import type { NodeDefinition } from '@wend/node-sdk';
import { approval } from './approval/approval.node.js';
import { audienceSplit } from './audience-split/audience-split.node.js';
import { branch } from './branch/branch.node.js';
import { changeConsent } from './change-consent/change-consent.node.js';
import { changeSegment } from './change-segment/change-segment.node.js';
import { changeTraits } from './change-traits/change-traits.node.js';
import { digest } from './digest/digest.node.js';
import { email } from './email/email.node.js';
import { emitEvent } from './emit-event/emit-event.node.js';
import { endJourney } from './end-journey/end-journey.node.js';
import { entryApi } from './entry-api/entry-api.node.js';
import { entryBusiness } from './entry-business/entry-business.node.js';
import { entryDate } from './entry-date/entry-date.node.js';
import { entryDebounce } from './entry-debounce/entry-debounce.node.js';
import { entryEvent } from './entry-event/entry-event.node.js';
import { entryJourney } from './entry-journey/entry-journey.node.js';
import { entryOmission } from './entry-omission/entry-omission.node.js';
import { entryPlace } from './entry-place/entry-place.node.js';
import { entrySchedule } from './entry-schedule/entry-schedule.node.js';
import { entrySegment } from './entry-segment/entry-segment.node.js';
import { exit } from './exit/exit.node.js';
import { firstReachable } from './first-reachable/first-reachable.node.js';
import { fetchData } from './fetch-data/fetch-data.node.js';
import { forEach } from './for-each/for-each.node.js';
import { goBack } from './go-back/go-back.node.js';
import { kakaoAlimtalk } from './kakao-alimtalk/kakao-alimtalk.node.js';
import { kakaoFriendtalk } from './kakao-friendtalk/kakao-friendtalk.node.js';
import { line } from './line/line.node.js';
import { note } from './note/note.node.js';
import { push } from './push/push.node.js';
import { randomSplit } from './random-split/random-split.node.js';
import { setTrait } from './set-trait/set-trait.node.js';
import { sms } from './sms/sms.node.js';
import { startJourney } from './start-journey/start-journey.node.js';
import { subJourney } from './sub-journey/sub-journey.node.js';
import { subJourneyEnd } from './sub-journey/sub-journey-end.node.js';
import { telegram } from './telegram/telegram.node.js';
import { throttle } from './throttle/throttle.node.js';
import { waitBestTime } from './wait-best-time/wait-best-time.node.js';
import { waitDate } from './wait-date/wait-date.node.js';
import { waitForEvents } from './wait-for-events/wait-for-events.node.js';
import { waitUntil } from './wait-until/wait-until.node.js';
import { waitWindow } from './wait-window/wait-window.node.js';
import { wait } from './wait/wait.node.js';
import { webPush } from './webpush/web-push.node.js';
import { webhook } from './webhook/webhook.node.js';
import { whatsapp } from './whatsapp/whatsapp.node.js';

/** Every node that Wend brings, in the order of the palette. */
export const builtInNodes: NodeDefinition[] = [
  entryEvent,
  entrySegment,
  entrySchedule,
  entryDate,
  entryOmission,
  entryDebounce,
  entryApi,
  entryBusiness,
  entryPlace,
  entryJourney,
  email,
  push,
  webPush,
  sms,
  kakaoAlimtalk,
  kakaoFriendtalk,
  whatsapp,
  line,
  telegram,
  webhook,
  wait,
  waitUntil,
  waitWindow,
  waitDate,
  waitBestTime,
  waitForEvents,
  digest,
  branch,
  audienceSplit,
  firstReachable,
  randomSplit,
  approval,
  throttle,
  setTrait,
  changeTraits,
  changeSegment,
  changeConsent,
  fetchData,
  emitEvent,
  startJourney,
  subJourney,
  endJourney,
  forEach,
  goBack,
  note,
  exit,
];

export {
  approval,
  audienceSplit,
  branch,
  changeConsent,
  changeSegment,
  changeTraits,
  digest,
  email,
  emitEvent,
  endJourney,
  entryApi,
  entryBusiness,
  entryDate,
  entryDebounce,
  entryEvent,
  entryJourney,
  entryOmission,
  entryPlace,
  entrySchedule,
  entrySegment,
  exit,
  fetchData,
  firstReachable,
  forEach,
  goBack,
  kakaoAlimtalk,
  kakaoFriendtalk,
  line,
  note,
  push,
  randomSplit,
  setTrait,
  sms,
  startJourney,
  subJourney,
  subJourneyEnd,
  telegram,
  throttle,
  wait,
  waitBestTime,
  waitDate,
  waitForEvents,
  waitUntil,
  waitWindow,
  webPush,
  webhook,
  whatsapp,
};

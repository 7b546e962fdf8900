/** The English texts: what keys there are. Types only, so that no page loads them by this. */
import type access from '../../messages/en/access.json';
import type alarms from '../../messages/en/alarms.json';
import type approvals from '../../messages/en/approvals.json';
import type businessEvents from '../../messages/en/business-events.json';
import type common from '../../messages/en/common.json';
import type consents from '../../messages/en/consents.json';
import type delivery from '../../messages/en/delivery.json';
import type demoShop from '../../messages/en/demo-shop.json';
import type editorCanvas from '../../messages/en/editor-canvas.json';
import type editorCompare from '../../messages/en/editor-compare.json';
import type editorForm from '../../messages/en/editor-form.json';
import type editorLive from '../../messages/en/editor-live.json';
import type editorPalette from '../../messages/en/editor-palette.json';
import type editorPanel from '../../messages/en/editor-panel.json';
import type editorProblems from '../../messages/en/editor-problems.json';
import type editorPublish from '../../messages/en/editor-publish.json';
import type editorReplay from '../../messages/en/editor-replay.json';
import type editorRules from '../../messages/en/editor-rules.json';
import type editorRuns from '../../messages/en/editor-runs.json';
import type editorSchedule from '../../messages/en/editor-schedule.json';
import type editorShell from '../../messages/en/editor-shell.json';
import type editorStore from '../../messages/en/editor-store.json';
import type editorTestRun from '../../messages/en/editor-test-run.json';
import type editorTestSend from '../../messages/en/editor-test-send.json';
import type editorTrial from '../../messages/en/editor-trial.json';
import type events from '../../messages/en/events.json';
import type httpConnections from '../../messages/en/http-connections.json';
import type imports from '../../messages/en/imports.json';
import type journeys from '../../messages/en/journeys.json';
import type ledger from '../../messages/en/ledger.json';
import type messages from '../../messages/en/messages.json';
import type outbox from '../../messages/en/outbox.json';
import type places from '../../messages/en/places.json';
import type profiles from '../../messages/en/profiles.json';
import type segments from '../../messages/en/segments.json';
import type sending from '../../messages/en/sending.json';
import type settings from '../../messages/en/settings.json';
import type shell from '../../messages/en/shell.json';
import type suppressions from '../../messages/en/suppressions.json';
import type waysIn from '../../messages/en/ways-in.json';
import type workspace from '../../messages/en/workspace.json';
import type { Language } from './languages';

type Texts = {
  access: typeof access;
  alarms: typeof alarms;
  approvals: typeof approvals;
  'business-events': typeof businessEvents;
  common: typeof common;
  consents: typeof consents;
  delivery: typeof delivery;
  'demo-shop': typeof demoShop;
  'editor-canvas': typeof editorCanvas;
  'editor-compare': typeof editorCompare;
  'editor-form': typeof editorForm;
  'editor-live': typeof editorLive;
  'editor-palette': typeof editorPalette;
  'editor-panel': typeof editorPanel;
  'editor-problems': typeof editorProblems;
  'editor-publish': typeof editorPublish;
  'editor-replay': typeof editorReplay;
  'editor-rules': typeof editorRules;
  'editor-runs': typeof editorRuns;
  'editor-schedule': typeof editorSchedule;
  'editor-shell': typeof editorShell;
  'editor-store': typeof editorStore;
  'editor-test-run': typeof editorTestRun;
  'editor-test-send': typeof editorTestSend;
  'editor-trial': typeof editorTrial;
  events: typeof events;
  'http-connections': typeof httpConnections;
  imports: typeof imports;
  journeys: typeof journeys;
  ledger: typeof ledger;
  messages: typeof messages;
  outbox: typeof outbox;
  places: typeof places;
  profiles: typeof profiles;
  segments: typeof segments;
  sending: typeof sending;
  settings: typeof settings;
  shell: typeof shell;
  suppressions: typeof suppressions;
  'ways-in': typeof waysIn;
  workspace: typeof workspace;
};

declare module 'next-intl' {
  // Declarations of others can be extended only by interfaces.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface AppConfig {
    Messages: Texts;
    Locale: Language;
  }
}

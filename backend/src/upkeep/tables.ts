/** How a table's rows are found that belong to an owner. */
export type Belonging =
  /** By a column of their own. */
  | { column: string }
  /** By a row of another table that has such a column: `on` gives, for columns of this table, those of the other. */
  | { through: string; on: Record<string, string> }
  /** They do not; why. */
  | { none: string };

/** How long rows are kept. */
export type Keeping = {
  /** Which rows go, as a condition in SQL on the table `t`. */
  gone: string;
  every: 'minute' | 'hour' | 'day';
  /**
   * Bites go through the pages of the table, for one that is too large for an index by age. Else a bite is some rows
   * that the condition finds.
   */
  byPages?: boolean;
};

export type Table = {
  name: string;
  /** The column with the workspace, or why there is none. */
  workspace: { column: string } | { none: string };
  /** Whether rows belong to a person, and go when the person is erased. Left out: they do not, and nothing looks so. */
  profile?: Belonging;
  /**
   * When two people become one: `moved` to the one who stays, `joined` by code of their own (profiles), or moved
   * `unless` the one who stays has a row that is the same in these columns.
   */
  merged?: 'moved' | 'joined' | { unless: string[] };
  /** Whether rows belong to a journey, and go when it is deleted. */
  journey?: Belonging;
  /** Left out: until their owner is erased. */
  kept?: Keeping;
};

const workspace = { column: 'workspace_id' };
const profile = { column: 'profile_id' };
const journey = { column: 'journey_id' };
const throughRun: Belonging = { through: 'enrollments', on: { enrollment_id: 'id' } };
const ofRun = { workspace, profile: throughRun, journey: throughRun };
const throughDigest: Belonging = { through: 'digests', on: { digest_id: 'id' } };
const throughMessage: Belonging = { through: 'messages', on: { message_id: 'id' } };
const ofMessage = { workspace, profile: throughMessage, journey: throughMessage };
const figures = { workspace, journey: { through: 'journey_versions', on: { version_id: 'id' } } };
const throughEvent: Belonging = { through: 'events', on: { event_id: 'id', received_at: 'received_at' } };

/**
 * What every table belongs to. Rows are moved in this order when people are merged, and erased in the opposite one:
 * what others are found through stands before them, and runs before what a step of theirs writes, so that a step that
 * was under way has then been committed, and is seen.
 */
export const tables: Table[] = [
  { name: 'workspaces', workspace: { column: 'id' } },
  { name: 'members', workspace },
  { name: 'sessions', workspace, kept: { gone: 't.expires_at < now()', every: 'hour' } },
  {
    name: 'sign_in_attempts',
    workspace: { none: 'Nobody knows the workspace before they have signed in.' },
    kept: { gone: `t.at < now() - interval '15 minutes'`, every: 'hour' },
  },
  { name: 'api_keys', workspace },
  { name: 'audit_log', workspace },
  { name: 'channel_settings', workspace },
  { name: 'connections', workspace },
  { name: 'http_connections', workspace },
  { name: 'channel_templates', workspace },
  {
    name: 'connection_health',
    workspace,
    kept: { gone: `t.minute < now() - interval '30 days'`, every: 'hour' },
  },
  { name: 'connection_states', workspace },
  // Of each connection the last ones only (channels/health.repository.ts).
  { name: 'connection_errors', workspace },
  {
    name: 'feedback_seen',
    workspace,
    // So long a callback of a provider that comes again is not taken twice.
    kept: { gone: `t.at < now() - interval '7 days'`, every: 'hour' },
  },

  // What nobody uses any more: a row is made anew when it is needed.
  { name: 'rate_buckets', workspace, kept: { gone: `t.taken_until < now() - interval '7 days'`, every: 'day' } },
  { name: 'bounce_mailboxes', workspace },
  { name: 'warm_ups', workspace },
  { name: 'warm_up_days', workspace, kept: { gone: `t.day < current_date - 60`, every: 'day' } },
  // By address, whoever has it. It stays when its person is erased, unreadable (forget-addresses.repository.ts).
  { name: 'suppressions', workspace },
  {
    name: 'soft_bounces',
    workspace,
    // The longest that they may count (suppressionSettings of the contract).
    kept: { gone: `t.updated_at < now() - interval '60 days'`, every: 'day' },
  },
  { name: 'suppression_settings', workspace },

  // Receipts: they name the person only until the person is gone.
  { name: 'erasures', workspace },
  { name: 'profiles', workspace, profile: { column: 'id' }, merged: 'joined' },
  // After what a deletion writes into it, in the order of erasing.
  { name: 'profile_changes', workspace, profile, merged: 'joined' },
  { name: 'identities', workspace, profile, merged: 'moved' },
  { name: 'devices', workspace, profile, merged: 'moved' },
  { name: 'topics', workspace },
  { name: 'preference_pages', workspace },
  { name: 'consent_traits', workspace },
  { name: 'consents', workspace, profile, merged: 'joined' },
  { name: 'consent_changes', workspace, profile, merged: 'moved' },
  // Of exports that were cut: who ends one deletes its rows. Rows that go soon are read no more (people-list.repository.ts).
  {
    name: 'export_people',
    workspace,
    profile,
    merged: { unless: ['export_id'] },
    kept: { gone: `t.created_at < now() - interval '1 day'`, every: 'hour' },
  },
  {
    name: 'imports',
    workspace,
    // Files that nobody went on with. What was imported stays in the list, without the file.
    kept: {
      gone: `t.state in ('uploading', 'ready', 'checked', 'failed') and t.created_at < now() - interval '7 days'`,
      every: 'hour',
    },
  },
  {
    name: 'import_chunks',
    workspace,
    kept: { gone: `t.created_at < now() - interval '7 days'`, every: 'hour' },
  },
  { name: 'import_keys', workspace },
  // Nobody was found for them: those of the erased go by what they say (forget-import-rows.repository.ts).
  {
    name: 'import_problems',
    workspace,
    kept: { gone: `t.created_at < now() - interval '7 days'`, every: 'hour' },
  },

  { name: 'segments', workspace },
  { name: 'segment_memberships', workspace, profile, merged: 'joined' },
  { name: 'segment_due', workspace, profile, merged: 'joined' },
  { name: 'segment_builds', workspace },
  { name: 'segment_clearings', workspace },
  { name: 'segment_deltas', workspace },
  { name: 'segment_days', workspace },

  { name: 'places', workspace },
  // Whoever stays was somewhere last: where the other one was says nothing more.
  { name: 'place_people', workspace, profile, merged: 'joined' },
  { name: 'place_visits', workspace, profile, merged: 'joined' },

  { name: 'journeys', workspace, journey: { column: 'id' } },
  { name: 'rate_limits', workspace, journey },
  { name: 'journey_control', workspace, journey },
  // Found by their content, and shared by all journeys of the workspace that have the same.
  { name: 'programs', workspace },
  { name: 'journey_versions', workspace, journey },
  { name: 'journey_entries', workspace, journey },
  { name: 'learnt_results', workspace, journey },
  { name: 'entry_schedules', workspace, journey },
  {
    name: 'schedule_occurrences',
    workspace,
    journey,
    // Longer than a year, so that one sees what became of a yearly one.
    kept: { gone: `t.due_at < now() - interval '400 days'`, every: 'day' },
  },
  { name: 'entry_dates', workspace, journey },
  { name: 'entry_due', workspace, profile, merged: 'moved', journey },
  { name: 'entry_window_steps', workspace, journey },
  // The event that opened one is of the same person.
  { name: 'entry_windows', workspace, profile, merged: 'moved', journey },
  // Runs that go count as removed: what that writes is erased after them.
  { name: 'journey_stat_deltas', ...figures },
  { name: 'journey_stats', ...figures },
  { name: 'journey_totals', ...figures },
  { name: 'journey_goals', ...figures },
  { name: 'goal_workspaces', workspace },
  // Figures keep their numbers when people are erased.
  { name: 'goal_totals', ...figures },
  { name: 'goal_touches', ...figures },

  // What alarms look at: the longest that may be looked at, and a little more.
  { name: 'delivery_deltas', workspace, journey },
  {
    name: 'delivery_minutes',
    workspace,
    journey,
    kept: { gone: `t.minute < now() - interval '26 hours'`, every: 'hour' },
  },
  { name: 'delivery_hours', workspace, journey, kept: { gone: `t.hour < now() - interval '9 days'`, every: 'day' } },
  { name: 'alarm_clock', workspace: { none: 'One process at a time looks at all workspaces.' } },
  { name: 'alarm_settings', workspace, journey },
  { name: 'alarm_targets', workspace },
  {
    name: 'alarms',
    workspace,
    journey,
    kept: { gone: `t.cleared_at < now() - interval '400 days'`, every: 'day' },
  },
  {
    name: 'alarm_notices',
    workspace,
    journey: { through: 'alarms', on: { alarm_id: 'id' } },
    kept: { gone: `t.state <> 'waiting' and t.created_at < now() - interval '90 days'`, every: 'day' },
  },

  { name: 'entry_counts', workspace, journey },
  { name: 'entry_paces', workspace, journey },
  {
    name: 'entry_refusals',
    workspace,
    profile,
    merged: { unless: ['journey_id', 'reason', 'day'] },
    journey,
    kept: { gone: `t.day < current_date - 90`, every: 'hour' },
  },
  { name: 'holdouts', workspace, profile, merged: { unless: ['journey_id', 'entry_key'] }, journey },
  {
    name: 'entry_batches',
    workspace,
    journey,
    // There is one for each run whose step reaches several people.
    kept: {
      gone: `t.source ? 'recipients' and not t.clearing and t.finished_at < now() - interval '90 days'`,
      every: 'hour',
    },
  },
  {
    name: 'entry_batch_people',
    workspace,
    profile,
    merged: { unless: ['batch_id'] },
    journey: { through: 'entry_batches', on: { batch_id: 'id' } },
  },
  {
    name: 'recipient_once',
    workspace,
    profile,
    merged: { unless: ['journey_id', 'node', 'key', 'batch_id'] },
    journey,
    kept: { gone: 't.until < now()', every: 'hour' },
  },
  { name: 'business_events', workspace, kept: { gone: `t.received_at < now() - interval '90 days'`, every: 'hour' } },
  {
    name: 'entry_calls',
    workspace,
    journey,
    kept: { gone: `t.created_at < now() - interval '24 hours'`, every: 'hour' },
  },

  { name: 'enrollments', workspace, profile, merged: 'moved', journey },
  {
    name: 'events',
    workspace,
    profile,
    merged: 'moved',
    // Only those of a test run name it, and nobody else sees them.
    journey: { through: 'enrollments', on: { enrollment_id: 'id', profile_id: 'profile_id' } },
  },
  { name: 'late_traits', workspace, profile, merged: 'moved' },
  {
    name: 'event_ids',
    workspace: { none: 'The key is a hash of the workspace and the message id: it leads nowhere.' },
    // So long an event that is sent again is not stored twice.
    kept: { gone: `t.received_at < now() - interval '35 days'`, every: 'day', byPages: true },
  },
  {
    name: 'event_queue',
    workspace,
    profile: throughEvent,
    journey: { none: 'Events outlive the journeys they enter.' },
  },
  { name: 'event_lanes', workspace: { none: 'Lanes of the queue: people of all workspaces share them.' } },
  {
    name: 'dead_letters',
    workspace,
    profile: throughEvent,
    journey: { none: 'Events outlive the journeys they enter.' },
  },
  { name: 'event_names', workspace },
  { name: 'catalogue_notes', workspace },
  { name: 'catalogue_progress', workspace: { none: 'How far the events of all workspaces are counted.' } },
  { name: 'event_name_days', workspace, kept: { gone: `t.day < current_date - 400`, every: 'day' } },
  { name: 'event_name_types', workspace },
  { name: 'event_name_recent', workspace, profile: throughEvent },
  // By people's hours, after their events: what is counted of them is joined (profiles/merge.repository.ts).
  { name: 'best_time_workspaces', workspace },
  { name: 'best_time_people', workspace, profile, merged: 'joined' },
  { name: 'best_time_everybody', workspace },
  { name: 'ingest_days', workspace, kept: { gone: `t.day < current_date - 90`, every: 'day' } },
  // Whom items name is not looked up when they come: erasing finds them by the ids (forget-requests.repository.ts).
  { name: 'ingest_rejections', workspace, kept: { gone: `t.at < now() - interval '30 days'`, every: 'hour' } },
  { name: 'ingest_items', workspace, kept: { gone: `t.at < now() - interval '15 minutes'`, every: 'minute' } },
  {
    name: 'awaited_names',
    workspace,
    // Longer than a process takes a name to be there without another look (enrollments/awaited-names.ts).
    kept: {
      gone: `t.used_at < now() - interval '24 hours'
        and not exists (select 1 from waits w where w.workspace_id = t.workspace_id and w.event_name = t.name)`,
      every: 'day',
    },
  },

  { name: 'goal_runs', ...ofRun },
  { name: 'goal_hits', ...ofRun },
  { name: 'steps', ...ofRun },
  { name: 'visits', ...ofRun },
  { name: 'timers', ...ofRun },
  {
    name: 'run_actions',
    ...ofRun,
    // What was asked for and with what stays in the visits of the run.
    kept: { gone: `t.settled_at < now() - interval '90 days'`, every: 'hour' },
  },
  {
    name: 'throttle_passes',
    workspace,
    profile,
    merged: 'moved',
    journey,
    kept: { gone: 't.until < now()', every: 'hour' },
  },
  {
    name: 'digests',
    workspace,
    profile,
    merged: 'moved',
    journey,
    // The list stays in the inputs of the run that took it. Nobody asks again once all who were in it have ended; of
    // one that nobody took, its run left early.
    kept: {
      gone: `coalesce(t.closed_at, t.opened_at) < now() - interval '30 days'
        and not exists (
          select 1 from digest_items i
          join enrollments e on e.workspace_id = i.workspace_id and e.id = i.enrollment_id
          where i.workspace_id = t.workspace_id and i.digest_id = t.id and e.status in ('starting', 'running')
        )`,
      every: 'day',
    },
  },
  { name: 'digest_items', workspace, profile: throughDigest, journey: throughDigest },
  { name: 'test_traits', ...ofRun },
  { name: 'fast_forwards', ...ofRun },
  { name: 'approvals', workspace, profile: throughRun, journey },
  { name: 'approval_mails', ...ofRun },
  { name: 'journey_pauses', workspace, journey },
  { name: 'journey_stops', workspace, journey },
  // Taking back is possible for 30 days (`takeBackDays`); what became of a move is told for longer.
  { name: 'run_moves', workspace, journey, kept: { gone: `t.settled_at < now() - interval '90 days'`, every: 'day' } },
  {
    name: 'moved_runs',
    ...ofRun,
    kept: {
      gone: `t.told_at < now() - interval '90 days' and not exists (
        select from run_moves m where m.workspace_id = t.workspace_id and m.id = t.move_id
      )`,
      every: 'day',
      byPages: true,
    },
  },
  { name: 'messages', workspace, profile, merged: 'moved', journey },
  { name: 'delivery_rules', workspace },
  { name: 'holdout_changes', workspace },
  {
    name: 'rule_counts',
    workspace,
    kept: { gone: `t.hour < now() - interval '31 days'`, every: 'hour' },
  },
  { name: 'backlogs', workspace },
  { name: 'backlog_rechecks', workspace },
  { name: 'backlog_cancellations', workspace },
  { name: 'message_events', ...ofMessage },
  { name: 'resend_batches', workspace, journey },
  { name: 'resend_batch_items', ...ofMessage },
  {
    name: 'feedback_waiting',
    workspace,
    // Nobody knows yet which message, and so which person, it is about. Dropped after a day, and told of, by the sweep (messages/feedback.service.ts).
    kept: { gone: `t.received_at < now() - interval '2 days'`, every: 'hour' },
  },
  {
    name: 'message_hits',
    ...ofMessage,
    // What is judged is of use only beside what comes soon after it.
    kept: { gone: `t.judged_at < now() - interval '1 minute'`, every: 'minute' },
  },
  {
    name: 'reply_answers',
    workspace,
    profile,
    merged: 'moved',
    kept: { gone: `t.created_at < now() - interval '7 days'`, every: 'hour' },
  },
  {
    name: 'short_links',
    ...ofMessage,
    // Longer than anybody follows a link in a text message.
    kept: { gone: `t.created_at < now() - interval '400 days'`, every: 'day' },
  },
  { name: 'waits', workspace, profile, merged: 'moved', journey: throughRun },

  { name: 'change_watches', workspace },
  { name: 'change_lanes', workspace: { none: 'Lanes of the queue: people of all workspaces share them.' } },

  // Senders find out themselves who is gone (messages/delivery-owner.ts).
  { name: 'delivery_owners', workspace: { none: 'Processes send for all workspaces.' } },
  { name: 'migrations', workspace: { none: 'What has become of the database itself.' } },
];

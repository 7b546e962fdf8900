/** Expressions of SQL for the parts of a message and its receiver; `topic` may be null. */
type RefusesOptions = {
  workspace: string;
  /** The alias of a row of `profiles`: who they are now, not a pointer. */
  profile: string;
  channel: string;
  topic: string;
  transactional: string;
};

/**
 * Whether a person refuses a message, as SQL that is never null: `refusalOf` for one who is looked at in the statement
 * that lets the message go.
 */
export function refusesSql({ workspace, profile, channel, topic, transactional }: RefusesOptions): string {
  const said = `from consents s where s.workspace_id = ${workspace} and s.profile_id = ${profile}.id and s.channel = ${channel}`;
  return `(
    exists (select 1 ${said} and s.topic = '' and s.state = 'unsubscribed' and s.everything)
    or (not ${transactional} and (
      exists (select 1 ${said} and s.topic = '' and s.state <> 'subscribed')
      or coalesce(${profile}.paused_until > now(), false)
      or (${topic} is not null and coalesce(
        (select s.state ${said} and s.topic = ${topic}),
        (select k.starts from topics k where k.workspace_id = ${workspace} and k.key = ${topic}),
        'subscribed'
      ) <> 'subscribed')
    ))
  )`;
}

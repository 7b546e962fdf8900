/** Text for `ilike`: finds `text` anywhere, its own wildcards taken literally. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

type NameMatchesOptions = {
  /** The parameter that holds the `likePattern`. */
  pattern: string;
  /** What the profile's table is called in the statement. */
  profile?: string;
};

/** SQL for whether a person is found by name: external id, email, whole name, first and last name. */
export function nameMatches({ pattern, profile = 'profiles' }: NameMatchesOptions): string {
  const trait = (name: string): string => `${profile}.traits->>'${name}'`;
  return `(${profile}.external_id ilike ${pattern} or ${trait('email')} ilike ${pattern} or ${trait('name')} ilike ${pattern}
    or concat_ws(
      ' ', coalesce(${trait('first_name')}, ${trait('firstName')}), coalesce(${trait('last_name')}, ${trait('lastName')})
    ) ilike ${pattern})`;
}

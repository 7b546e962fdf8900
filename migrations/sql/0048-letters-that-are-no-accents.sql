-- Łukasz is found by “lukasz” and Straße by “strasse”: letters that Unicode does not take apart (ł, ø, ß, æ …) are folded, as accents are, in what people are
-- found by. The table is written anew, with its indexes: once, and for a million people in a minute or two.

-- `fold` (backend/src/profiles/name-search.ts) does the same to what is looked for.
create function people_folded(text text) returns text
language sql immutable parallel safe
return replace(replace(replace(replace(translate(
  lower(regexp_replace(normalize(text, nfkd), '[' || U&'\0300' || '-' || U&'\036f' || ']', '', 'g')),
  'łøđðħıŧŋ', 'loddhitn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');

drop index profiles_search;
alter table profiles alter column search set expression as (people_folded(
  ' ' || coalesce(left(external_id, 255), '') || ' ' || coalesce(left(traits ->> 'email', 320), '') || ' '
    || coalesce(left(traits ->> 'name', 200), '') || ' ' || coalesce(left(traits ->> 'first_name', 200), '') || ' '
    || coalesce(left(traits ->> 'firstName', 200), '') || ' ' || coalesce(left(traits ->> 'last_name', 200), '') || ' '
    || coalesce(left(traits ->> 'lastName', 200), '') || ' '
    || coalesce(left(regexp_replace(traits ->> 'phone', '\D', '', 'g'), 40), '')
));
create index profiles_search on profiles using gin (people_search_key(search) gin_trgm_ops);

-- What is known of how often words stand in it is of the old texts, or gone.
do $$ begin
  -- An empty table is better off unknown: plans that are made for no row at all are kept while it fills.
  if exists (select from profiles) then
    analyze profiles;
  end if;
end $$;

-- What rules need that SQL does not have: the reading of dates and of case that the contract has (read-date.ts, fold-case.ts). A test compares them.

-- Milliseconds since 1970 that a JSON value says, where times and days without a zone are those of UTC; null when it cannot be read as a date.
create function read_instant(value jsonb) returns double precision language plpgsql immutable parallel safe as $$
declare
  number numeric;
  content text collate "C";
  part text[];
  year int; month int; day int; hour int; minute int; second int; millisecond int := 0;
  shifted int; era int; year_of_era int; days int; ahead int := 0;
begin
  if jsonb_typeof(value) = 'string' then
    content := btrim(left(value #>> '{}', 101), E' \t\r\n');
    if char_length(value #>> '{}') > 100 then return null; end if;
    if content ~ '^([1-9][0-9]{9}|[1-9][0-9]{12})$' then number := content::numeric; end if;
  elsif jsonb_typeof(value) = 'number' then
    number := value::numeric;
  else
    return null;
  end if;
  if number is not null then
    if abs(number) >= 1e14 then return null; end if;
    if abs(number) < 1e-9 then return 0; end if;
    return trunc(case when abs(number) < 1e11 then number::double precision * 1000 else number::double precision end);
  end if;
  part := regexp_match(content, '^([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)(?:\[[A-Za-z0-9_/+-]+\])?)?)?$', 'i');
  if part is not null then
    year := part[1]; month := part[3]; day := part[4]; hour := coalesce(part[5], '0'); minute := coalesce(part[6], '0'); second := coalesce(part[7], '0');
    millisecond := left(rpad(coalesce(part[8], '0'), 3, '0'), 3);
    part := part[9:9];
  else
    part := regexp_match(content, '^(?:(?:mon|tue|wed|thu|fri|sat|sun), )?([0-9]{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) ([0-9]{4}) ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? (Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$', 'i');
    if part is null then return null; end if;
    year := part[3]; month := strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(part[2])) / 3 + 1; day := part[1]; hour := part[4]; minute := part[5]; second := coalesce(part[6], '0');
    part := part[7:7];
  end if;
  if year < 1 or month not between 1 and 12 or day < 1 or hour > 23 or minute > 59 or second > 59 then return null; end if;
  if day > (case when month = 2 then case when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29 else 28 end when month in (4, 6, 9, 11) then 30 else 31 end) then return null; end if;
  if left(part[1], 1) in ('+', '-') then
    if substr(part[1], 2, 2)::int > 14 or coalesce(nullif(replace(substr(part[1], 4), ':', ''), ''), '0')::int > 59 then return null; end if;
    ahead := (substr(part[1], 2, 2)::int * 60 + coalesce(nullif(replace(substr(part[1], 4), ':', ''), ''), '0')::int) * case left(part[1], 1) when '-' then -1 else 1 end;
  end if;
  -- Days of the Gregorian calendar (Hinnant, "days_from_civil"). No year is below 0 here, so that division rounds down.
  shifted := case when month <= 2 then year - 1 else year end;
  era := shifted / 400;
  year_of_era := shifted - era * 400;
  days := era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * (case when month > 2 then month - 3 else month + 9 end) + 2) / 5 + day - 1 - 719468;
  return days::double precision * 86400000 + ((hour * 60 + minute - ahead) * 60 + second) * 1000 + millisecond;
end $$;

-- A JSON value with its text, or the texts in a list, as they are compared when case does not count.
create function fold_case(value jsonb) returns jsonb language sql immutable parallel safe as $$
  select case jsonb_typeof(value)
    when 'string' then to_jsonb(lower((value #>> '{}') collate "pg_c_utf8"))
    when 'array' then (select coalesce(jsonb_agg(case jsonb_typeof(item) when 'string' then to_jsonb(lower((item #>> '{}') collate "pg_c_utf8")) else item end order by place), '[]') from jsonb_array_elements(value) with ordinality as items (item, place))
    else value
  end
$$;

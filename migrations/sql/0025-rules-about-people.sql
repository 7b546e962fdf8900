-- What rules about people need that SQL does not have. A test compares each with what the engine and the backend say.

-- The first of these traits that holds text or a number, as text without the blanks around it.
create function trait_text(traits jsonb, names text[]) returns text language sql immutable parallel safe as $$
  select case jsonb_typeof(traits -> n.name) when 'number' then traits ->> n.name else btrim(traits ->> n.name, E' \t\n\u000b\u000c\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff') end
  from unnest(names) with ordinality as n (name, place)
  where jsonb_typeof(traits -> n.name) = 'number'
    or jsonb_typeof(traits -> n.name) = 'string' and btrim(traits ->> n.name, E' \t\n\u000b\u000c\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff') <> ''
  order by n.place
  limit 1
$$;

-- A time zone that both PostgreSQL and browsers know, in whatever case it is written; null for others. PostgreSQL takes the names of four for
-- abbreviations, which know no summer time.
create function known_zone(zone text) returns text language plpgsql immutable parallel safe as $$
begin
  return case
    when zone is null then null
    when lower(zone) in ('cet', 'met') then 'Europe/Brussels'
    when lower(zone) = 'eet' then 'Europe/Athens'
    when lower(zone) = 'wet' then 'Europe/Lisbon'
    when lower(zone) in (
    'africa/abidjan', 'africa/accra', 'africa/addis_ababa', 'africa/algiers', 'africa/asmara', 'africa/asmera', 'africa/bamako', 'africa/bangui',
    'africa/banjul', 'africa/bissau', 'africa/blantyre', 'africa/brazzaville', 'africa/bujumbura', 'africa/cairo', 'africa/casablanca', 'africa/ceuta',
    'africa/conakry', 'africa/dakar', 'africa/dar_es_salaam', 'africa/djibouti', 'africa/douala', 'africa/el_aaiun', 'africa/freetown',
    'africa/gaborone', 'africa/harare', 'africa/johannesburg', 'africa/juba', 'africa/kampala', 'africa/khartoum', 'africa/kigali', 'africa/kinshasa',
    'africa/lagos', 'africa/libreville', 'africa/lome', 'africa/luanda', 'africa/lubumbashi', 'africa/lusaka', 'africa/malabo', 'africa/maputo',
    'africa/maseru', 'africa/mbabane', 'africa/mogadishu', 'africa/monrovia', 'africa/nairobi', 'africa/ndjamena', 'africa/niamey', 'africa/nouakchott',
    'africa/ouagadougou', 'africa/porto-novo', 'africa/sao_tome', 'africa/timbuktu', 'africa/tripoli', 'africa/tunis', 'africa/windhoek', 'america/adak',
    'america/anchorage', 'america/anguilla', 'america/antigua', 'america/araguaina', 'america/argentina/buenos_aires', 'america/argentina/catamarca',
    'america/argentina/comodrivadavia', 'america/argentina/cordoba', 'america/argentina/jujuy', 'america/argentina/la_rioja',
    'america/argentina/mendoza', 'america/argentina/rio_gallegos', 'america/argentina/salta', 'america/argentina/san_juan', 'america/argentina/san_luis',
    'america/argentina/tucuman', 'america/argentina/ushuaia', 'america/aruba', 'america/asuncion', 'america/atikokan', 'america/atka', 'america/bahia',
    'america/bahia_banderas', 'america/barbados', 'america/belem', 'america/belize', 'america/blanc-sablon', 'america/boa_vista', 'america/bogota',
    'america/boise', 'america/buenos_aires', 'america/cambridge_bay', 'america/campo_grande', 'america/cancun', 'america/caracas', 'america/catamarca',
    'america/cayenne', 'america/cayman', 'america/chicago', 'america/chihuahua', 'america/ciudad_juarez', 'america/coral_harbour', 'america/cordoba',
    'america/costa_rica', 'america/coyhaique', 'america/creston', 'america/cuiaba', 'america/curacao', 'america/danmarkshavn', 'america/dawson',
    'america/dawson_creek', 'america/denver', 'america/detroit', 'america/dominica', 'america/edmonton', 'america/eirunepe', 'america/el_salvador',
    'america/ensenada', 'america/fort_nelson', 'america/fort_wayne', 'america/fortaleza', 'america/glace_bay', 'america/godthab', 'america/goose_bay',
    'america/grand_turk', 'america/grenada', 'america/guadeloupe', 'america/guatemala', 'america/guayaquil', 'america/guyana', 'america/halifax',
    'america/havana', 'america/hermosillo', 'america/indiana/indianapolis', 'america/indiana/knox', 'america/indiana/marengo',
    'america/indiana/petersburg', 'america/indiana/tell_city', 'america/indiana/vevay', 'america/indiana/vincennes', 'america/indiana/winamac',
    'america/indianapolis', 'america/inuvik', 'america/iqaluit', 'america/jamaica', 'america/jujuy', 'america/juneau', 'america/kentucky/louisville',
    'america/kentucky/monticello', 'america/knox_in', 'america/kralendijk', 'america/la_paz', 'america/lima', 'america/los_angeles',
    'america/louisville', 'america/lower_princes', 'america/maceio', 'america/managua', 'america/manaus', 'america/marigot', 'america/martinique',
    'america/matamoros', 'america/mazatlan', 'america/mendoza', 'america/menominee', 'america/merida', 'america/metlakatla', 'america/mexico_city',
    'america/miquelon', 'america/moncton', 'america/monterrey', 'america/montevideo', 'america/montreal', 'america/montserrat', 'america/nassau',
    'america/new_york', 'america/nipigon', 'america/nome', 'america/noronha', 'america/north_dakota/beulah', 'america/north_dakota/center',
    'america/north_dakota/new_salem', 'america/nuuk', 'america/ojinaga', 'america/panama', 'america/pangnirtung', 'america/paramaribo',
    'america/phoenix', 'america/port-au-prince', 'america/port_of_spain', 'america/porto_acre', 'america/porto_velho', 'america/puerto_rico',
    'america/punta_arenas', 'america/rainy_river', 'america/rankin_inlet', 'america/recife', 'america/regina', 'america/resolute', 'america/rio_branco',
    'america/rosario', 'america/santa_isabel', 'america/santarem', 'america/santiago', 'america/santo_domingo', 'america/sao_paulo',
    'america/scoresbysund', 'america/shiprock', 'america/sitka', 'america/st_barthelemy', 'america/st_johns', 'america/st_kitts', 'america/st_lucia',
    'america/st_thomas', 'america/st_vincent', 'america/swift_current', 'america/tegucigalpa', 'america/thule', 'america/thunder_bay', 'america/tijuana',
    'america/toronto', 'america/tortola', 'america/vancouver', 'america/virgin', 'america/whitehorse', 'america/winnipeg', 'america/yakutat',
    'america/yellowknife', 'antarctica/casey', 'antarctica/davis', 'antarctica/dumontdurville', 'antarctica/macquarie', 'antarctica/mawson',
    'antarctica/mcmurdo', 'antarctica/palmer', 'antarctica/rothera', 'antarctica/south_pole', 'antarctica/syowa', 'antarctica/troll',
    'antarctica/vostok', 'arctic/longyearbyen', 'asia/aden', 'asia/almaty', 'asia/amman', 'asia/anadyr', 'asia/aqtau', 'asia/aqtobe', 'asia/ashgabat',
    'asia/ashkhabad', 'asia/atyrau', 'asia/baghdad', 'asia/bahrain', 'asia/baku', 'asia/bangkok', 'asia/barnaul', 'asia/beirut', 'asia/bishkek',
    'asia/brunei', 'asia/calcutta', 'asia/chita', 'asia/choibalsan', 'asia/chongqing', 'asia/chungking', 'asia/colombo', 'asia/dacca', 'asia/damascus',
    'asia/dhaka', 'asia/dili', 'asia/dubai', 'asia/dushanbe', 'asia/famagusta', 'asia/gaza', 'asia/harbin', 'asia/hebron', 'asia/ho_chi_minh',
    'asia/hong_kong', 'asia/hovd', 'asia/irkutsk', 'asia/istanbul', 'asia/jakarta', 'asia/jayapura', 'asia/jerusalem', 'asia/kabul', 'asia/kamchatka',
    'asia/karachi', 'asia/kashgar', 'asia/kathmandu', 'asia/katmandu', 'asia/khandyga', 'asia/kolkata', 'asia/krasnoyarsk', 'asia/kuala_lumpur',
    'asia/kuching', 'asia/kuwait', 'asia/macao', 'asia/macau', 'asia/magadan', 'asia/makassar', 'asia/manila', 'asia/muscat', 'asia/nicosia',
    'asia/novokuznetsk', 'asia/novosibirsk', 'asia/omsk', 'asia/oral', 'asia/phnom_penh', 'asia/pontianak', 'asia/pyongyang', 'asia/qatar',
    'asia/qostanay', 'asia/qyzylorda', 'asia/rangoon', 'asia/riyadh', 'asia/saigon', 'asia/sakhalin', 'asia/samarkand', 'asia/seoul', 'asia/shanghai',
    'asia/singapore', 'asia/srednekolymsk', 'asia/taipei', 'asia/tashkent', 'asia/tbilisi', 'asia/tehran', 'asia/tel_aviv', 'asia/thimbu',
    'asia/thimphu', 'asia/tokyo', 'asia/tomsk', 'asia/ujung_pandang', 'asia/ulaanbaatar', 'asia/ulan_bator', 'asia/urumqi', 'asia/ust-nera',
    'asia/vientiane', 'asia/vladivostok', 'asia/yakutsk', 'asia/yangon', 'asia/yekaterinburg', 'asia/yerevan', 'atlantic/azores', 'atlantic/bermuda',
    'atlantic/canary', 'atlantic/cape_verde', 'atlantic/faeroe', 'atlantic/faroe', 'atlantic/jan_mayen', 'atlantic/madeira', 'atlantic/reykjavik',
    'atlantic/south_georgia', 'atlantic/st_helena', 'atlantic/stanley', 'australia/act', 'australia/adelaide', 'australia/brisbane',
    'australia/broken_hill', 'australia/canberra', 'australia/currie', 'australia/darwin', 'australia/eucla', 'australia/hobart', 'australia/lhi',
    'australia/lindeman', 'australia/lord_howe', 'australia/melbourne', 'australia/north', 'australia/nsw', 'australia/perth', 'australia/queensland',
    'australia/south', 'australia/sydney', 'australia/tasmania', 'australia/victoria', 'australia/west', 'australia/yancowinna', 'brazil/acre',
    'brazil/denoronha', 'brazil/east', 'brazil/west', 'canada/atlantic', 'canada/central', 'canada/eastern', 'canada/mountain', 'canada/newfoundland',
    'canada/pacific', 'canada/saskatchewan', 'canada/yukon', 'cet', 'chile/continental', 'chile/easterisland', 'cst6cdt', 'cuba', 'eet', 'egypt', 'eire',
    'est', 'est5edt', 'etc/gmt', 'etc/gmt+0', 'etc/gmt+1', 'etc/gmt+10', 'etc/gmt+11', 'etc/gmt+12', 'etc/gmt+2', 'etc/gmt+3', 'etc/gmt+4', 'etc/gmt+5',
    'etc/gmt+6', 'etc/gmt+7', 'etc/gmt+8', 'etc/gmt+9', 'etc/gmt-0', 'etc/gmt-1', 'etc/gmt-10', 'etc/gmt-11', 'etc/gmt-12', 'etc/gmt-13', 'etc/gmt-14',
    'etc/gmt-2', 'etc/gmt-3', 'etc/gmt-4', 'etc/gmt-5', 'etc/gmt-6', 'etc/gmt-7', 'etc/gmt-8', 'etc/gmt-9', 'etc/gmt0', 'etc/greenwich', 'etc/uct',
    'etc/universal', 'etc/utc', 'etc/zulu', 'europe/amsterdam', 'europe/andorra', 'europe/astrakhan', 'europe/athens', 'europe/belfast',
    'europe/belgrade', 'europe/berlin', 'europe/bratislava', 'europe/brussels', 'europe/bucharest', 'europe/budapest', 'europe/busingen',
    'europe/chisinau', 'europe/copenhagen', 'europe/dublin', 'europe/gibraltar', 'europe/guernsey', 'europe/helsinki', 'europe/isle_of_man',
    'europe/istanbul', 'europe/jersey', 'europe/kaliningrad', 'europe/kiev', 'europe/kirov', 'europe/kyiv', 'europe/lisbon', 'europe/ljubljana',
    'europe/london', 'europe/luxembourg', 'europe/madrid', 'europe/malta', 'europe/mariehamn', 'europe/minsk', 'europe/monaco', 'europe/moscow',
    'europe/nicosia', 'europe/oslo', 'europe/paris', 'europe/podgorica', 'europe/prague', 'europe/riga', 'europe/rome', 'europe/samara',
    'europe/san_marino', 'europe/sarajevo', 'europe/saratov', 'europe/simferopol', 'europe/skopje', 'europe/sofia', 'europe/stockholm', 'europe/tallinn',
    'europe/tirane', 'europe/tiraspol', 'europe/ulyanovsk', 'europe/uzhgorod', 'europe/vaduz', 'europe/vatican', 'europe/vienna', 'europe/vilnius',
    'europe/volgograd', 'europe/warsaw', 'europe/zagreb', 'europe/zaporozhye', 'europe/zurich', 'gb', 'gb-eire', 'gmt', 'gmt+0', 'gmt-0', 'gmt0',
    'greenwich', 'hongkong', 'hst', 'iceland', 'indian/antananarivo', 'indian/chagos', 'indian/christmas', 'indian/cocos', 'indian/comoro',
    'indian/kerguelen', 'indian/mahe', 'indian/maldives', 'indian/mauritius', 'indian/mayotte', 'indian/reunion', 'iran', 'israel', 'jamaica', 'japan',
    'kwajalein', 'libya', 'met', 'mexico/bajanorte', 'mexico/bajasur', 'mexico/general', 'mst', 'mst7mdt', 'navajo', 'nz', 'nz-chat', 'pacific/apia',
    'pacific/auckland', 'pacific/bougainville', 'pacific/chatham', 'pacific/chuuk', 'pacific/easter', 'pacific/efate', 'pacific/enderbury',
    'pacific/fakaofo', 'pacific/fiji', 'pacific/funafuti', 'pacific/galapagos', 'pacific/gambier', 'pacific/guadalcanal', 'pacific/guam',
    'pacific/honolulu', 'pacific/johnston', 'pacific/kanton', 'pacific/kiritimati', 'pacific/kosrae', 'pacific/kwajalein', 'pacific/majuro',
    'pacific/marquesas', 'pacific/midway', 'pacific/nauru', 'pacific/niue', 'pacific/norfolk', 'pacific/noumea', 'pacific/pago_pago', 'pacific/palau',
    'pacific/pitcairn', 'pacific/pohnpei', 'pacific/ponape', 'pacific/port_moresby', 'pacific/rarotonga', 'pacific/saipan', 'pacific/samoa',
    'pacific/tahiti', 'pacific/tarawa', 'pacific/tongatapu', 'pacific/truk', 'pacific/wake', 'pacific/wallis', 'pacific/yap', 'poland', 'portugal',
    'prc', 'pst8pdt', 'roc', 'rok', 'singapore', 'turkey', 'uct', 'universal', 'us/alaska', 'us/aleutian', 'us/arizona', 'us/central', 'us/east-indiana',
    'us/eastern', 'us/hawaii', 'us/indiana-starke', 'us/michigan', 'us/mountain', 'us/pacific', 'us/samoa', 'utc', 'w-su', 'wet', 'zulu'
    ) then zone
  end;
end $$;

-- Where a person lives, else where the workspace is, else UTC.
create function person_zone(traits jsonb, workspace_zone text) returns text language plpgsql immutable parallel safe as $$
begin
  -- Most say it under the first name, or not at all.
  if jsonb_typeof(traits -> 'timezone') = 'string' and length(traits ->> 'timezone') < 40 then
    return coalesce(known_zone(traits ->> 'timezone'), known_zone(trait_text(traits, '{timezone,timeZone,time_zone}')), known_zone(workspace_zone), 'UTC');
  end if;
  return coalesce(known_zone(trait_text(traits, '{timezone,timeZone,time_zone}')), known_zone(workspace_zone), 'UTC');
end $$;

-- The day of the calendar that a JSON value says: of a point in time where the person lives. Null for what is no date, and outside the years 1 to 9999.
create function read_day(value jsonb, zone text) returns date language plpgsql immutable parallel safe as $$
declare
  content text;
  instant double precision;
  day timestamp;
begin
  if value is null then return null; end if;
  -- The two forms that are most usual by far are read without the whole grammar of dates, which takes a hundred times as long.
  if jsonb_typeof(value) = 'string' then
    content := value #>> '{}';
    if content ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$' and content >= '0001' then return content::date; end if;
    if content ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z$' then
      return (content::timestamptz at time zone zone)::date;
    end if;
  end if;
  instant := read_instant(value);
  if instant is null or instant not between -62135596800000 and 253402300799999 then return null; end if;
  day := to_timestamp(instant / 1000) at time zone
    case when jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^[ \t\r\n]*[0-9]{4}([-/])[0-9]{2}\1[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?)?[ \t\r\n]*$' then 'UTC' else zone end;
  return case when day >= '0001-01-01' and day < '10000-01-01' then day::date end;
end $$;

-- Where mail goes to: what emailOf (profiles) takes for an address, in lower case.
create function email_address(traits jsonb) returns text language plpgsql immutable parallel safe as $$
declare
  content text;
begin
  if jsonb_typeof(traits -> 'email') is distinct from 'string' then return null; end if;
  content := btrim(traits ->> 'email', E' \t\n\u000b\u000c\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff');
  return case when content is not null and length(content) <= 254 and content ~ '^[^\s\u00a0\u3000@,;<>"]+@[^\s\u00a0\u3000@,;<>"]+\.[^\s\u00a0\u3000@,;<>".]+$' then lower(content) end;
end $$;

-- The digits of a person's telephone number, `+` before those that begin with the country's code: null for what can be none. Lengths by
-- country are known to the library that sends: here 7 to 15 digits may be a number.
create function phone_address(traits jsonb, country text) returns text language plpgsql immutable parallel safe as $$
declare
  content text := trait_text(traits, '{phone}');
  digits text := regexp_replace(content, '[^0-9]', '', 'g');
begin
  if content is null or content !~ '^\+?[0-9\s().\-/]+$' or length(digits) not between 7 and 17 then return null; end if;
  if content like '+%' then return case when length(digits) <= 15 then '+' || digits end; end if;
  if content ~ '^00[1-9]' then return '+' || substr(digits, 3); end if;
  if coalesce(traits ->> 'country', country) is not null then return case when length(digits) <= 15 then digits end; end if;
  return case when digits not like '0%' and length(digits) <= 15 then '+' || digits end;
end $$;

-- The first instant (milliseconds since 1970) after `at` at which the local hour (unit `hour`) or day (`day`) is another one. Local time is
-- ahead of UTC by quarters of an hour, and what is skipped or comes twice when clocks change is met as it comes.
create function next_local(at timestamptz, zone text, unit text) returns double precision language plpgsql immutable parallel safe as $$
declare
  quarter constant interval := '15 minutes';
  now_there constant timestamp := date_trunc(unit, at at time zone zone);
  moment timestamptz := date_bin(quarter, at, '1970-01-01T00:00:00Z');
begin
  if unit = 'day' then
    moment := greatest(moment, date_bin(quarter, (now_there + interval '1 day') at time zone zone, '1970-01-01T00:00:00Z') - interval '3 hours');
  end if;
  loop
    moment := moment + quarter;
    exit when moment > at and date_trunc(unit, moment at time zone zone) <> now_there;
  end loop;
  return extract(epoch from moment) * 1000;
end $$;

-- The first instant of a day where somebody lives: also where clocks change at midnight.
create function day_start(day date, zone text) returns timestamptz language plpgsql immutable parallel safe as $$
declare
  quarter constant interval := '15 minutes';
  moment timestamptz := day::timestamp at time zone zone;
begin
  while (moment at time zone zone)::date < day loop moment := moment + quarter; end loop;
  while ((moment - quarter) at time zone zone)::date >= day loop moment := moment - quarter; end loop;
  return moment;
end $$;

-- The number that a JSON value is or, as text, plainly writes (asNumber): what float8 can hold, so that a cast never fails.
create function json_number(value jsonb) returns numeric language plpgsql immutable parallel safe as $$
declare
  content text := value #>> '{}';
  number numeric;
begin
  if value is null then return null; end if;
  if jsonb_typeof(value) = 'number' or jsonb_typeof(value) = 'string' and octet_length(content) <= 40 and content ~ '^-?[0-9]+([.][0-9]+)?$' then
    number := content::numeric;
    return case when abs(number) >= 1e300 then null when abs(number) < 1e-300 then 0 else number end;
  end if;
  return null;
end $$;

-- The numbers of a version, without zeros at its end, so that arrays compare as versions do: 1.10 comes after 1.9, and 1.0 is 1. What follows
-- the numbers (-beta, +5) says nothing. Null for what begins with none.
create function version_numbers(version text) returns numeric[] language plpgsql immutable parallel safe as $$
declare
  written text := substring(version from '^[0-9]{1,18}(?:[.][0-9]{1,18}){0,9}');
begin
  return string_to_array(regexp_replace(written, '([.]0+)+$', ''), '.')::numeric[];
end $$;

-- Whole metres between two points on a sphere of the earth's mean radius (haversine).
create function metres_between(lat1 float8, lng1 float8, lat2 float8, lng2 float8) returns float8 language sql immutable parallel safe as $$
  select case when lat1 is not null and lng1 is not null then
    round(2 * 6371008.8 * asin(least(1, sqrt(sin(radians(lat2 - lat1) / 2) ^ 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ^ 2)))) end
$$;

-- Degrees of a point in JSON: a number from -most to most under one of two names, else null.
create function json_degrees(point jsonb, names text[], most float8) returns float8 language sql immutable parallel safe as $$
  select case when jsonb_typeof(found.value) = 'number' then
    case when (found.value)::numeric between -most::numeric and most::numeric then (case when abs((found.value)::numeric) < 1e-300 then 0 else (found.value)::numeric end)::float8 end end
  from (select coalesce(nullif(point -> names[1], 'null'), point -> names[2]) as value) found
$$;

-- A number from 0 to 9999 for a person of a workspace that never changes, and says nothing about other workspaces.
create function random_bucket(workspace_id uuid, profile_id uuid) returns int language sql immutable parallel safe as $$
  select (('x' || substr(md5(workspace_id::text || '/' || profile_id::text), 1, 8))::bit(32)::bigint % 10000)::int
$$;

-- Whether a day is the same of its year as one before it, or that one itself: 29 February is on 28 February in years that have none.
create function is_anniversary(day date, wanted date) returns boolean language sql immutable parallel safe as $$
  select wanted >= day and extract(month from wanted) = extract(month from day) and (
    extract(day from wanted) = extract(day from day)
    or extract(month from day) = 2 and extract(day from day) = 29 and extract(day from wanted) = 28 and extract(month from wanted + 1) = 3
  )
$$;

-- Where events are stored as they come, a window of time is a part of the table: this costs ingestion next to nothing.
create index events_time on events using brin (time) with (pages_per_range = 64, autosummarize = on);

-- Traits after changes, one after the other: the same as applyTraitChanges, which a test compares. Done to the traits as
-- they are when the person is locked, so that what two runs add at once adds up.
create function apply_trait_changes(traits jsonb, changes jsonb) returns jsonb language plpgsql immutable parallel safe as $$
declare
  change jsonb;
  trait text;
  current jsonb;
  wanted jsonb;
  item jsonb;
  a numeric;
  b numeric;
begin
  for change in select e.value from jsonb_array_elements(changes) with ordinality as e(value, place) order by e.place loop
    trait := change ->> 'name';
    current := nullif(traits -> trait, 'null');
    wanted := coalesce(change -> 'value', 'null');
    case change ->> 'do'
      when 'set' then
        traits := traits || jsonb_build_object(trait, wanted);
      when 'unset' then
        traits := traits - trait;
      when 'add' then
        a := case when current is null then 0 else json_number(current) end;
        b := json_number(wanted);
        -- Digits of which a double, which everybody else reads, holds all.
        if abs(a) < 1e15 and abs(b) < 1e15 and abs(a + b) < 1e15 then
          traits := traits || jsonb_build_object(
            trait, trim_scale(round(a + b, 15 - length(trunc(abs(a + b))::text)))
          );
        end if;
      when 'append' then
        if jsonb_typeof(wanted) <> 'array' then wanted := jsonb_build_array(wanted); end if;
        if current is null then current := '[]'; end if;
        if jsonb_typeof(current) = 'array' then
          for item in select e.value from jsonb_array_elements(wanted) with ordinality as e(value, place) order by e.place loop
            if not exists (select 1 from jsonb_array_elements(current) as e(value) where e.value = item) then
              current := current || jsonb_build_array(item);
            end if;
          end loop;
          if jsonb_array_length(wanted) > 0 and jsonb_array_length(current) > 100 then
            current := (
              select jsonb_agg(e.value order by e.place)
              from jsonb_array_elements(current) with ordinality as e(value, place)
              where e.place > jsonb_array_length(current) - 100
            );
          end if;
          traits := traits || jsonb_build_object(trait, current);
        end if;
      when 'remove' then
        if jsonb_typeof(wanted) <> 'array' then wanted := jsonb_build_array(wanted); end if;
        if jsonb_typeof(current) = 'array' then
          traits := traits || jsonb_build_object(trait, (
            select coalesce(jsonb_agg(e.value order by e.place), '[]')
            from jsonb_array_elements(current) with ordinality as e(value, place)
            where not exists (select 1 from jsonb_array_elements(wanted) as w(value) where w.value = e.value)
          ));
        end if;
    end case;
  end loop;
  return traits;
end $$;

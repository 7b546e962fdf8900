-- Whether people's own hours say more of what they do next than everybody's do: `gain` is how much, in logarithms of how likely the
-- hour of each sign was by either, of those who were known before; `scored` is how many signs that was. Weights as of `hours`.
alter table best_time_everybody
  add column gain float8 not null default 0,
  add column scored float8 not null default 0;

-- What runs of a version make happen elsewhere, as a list of { node, kind, settings }: by it circles of journeys are found.
alter table journey_versions add column tells jsonb not null default '[]';

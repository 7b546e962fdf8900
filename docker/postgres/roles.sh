#!/bin/sh
# Runs once, when the data directory is made: a role and databases for Wend, others for Temporal.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 \
  --set wend_password="$WEND_DATABASE_PASSWORD" --set temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
create role wend login password :'wend_password';
create database wend owner wend;
create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL

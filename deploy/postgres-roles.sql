-- Who may do what in PostgreSQL (14 and later), part 1: the roles. Run once, as a superuser, connected to the hub's own, empty database:
--     createdb hub && psql --dbname hub --file postgres-roles.sql
-- Then set a password for each (\password hub_worker …), run `hub init` as hub_owner, and run postgres-grants.sql. Safe to run again.
--
--   hub_owner       owns the schema and runs migrations (`hub init`); no service connects as this one
--   hub_worker      takes documents to their outcome: hub-worker@, `hub worker`, `hub intake`, `hub publish`
--   hub_relay       moves the outbox to RabbitMQ: hub-relay, and sees nothing else
--   hub_bookkeeper  what a worker may, and what a person decides: release, refuse, retry, change a relation
--   hub_report      reads: reports, `hub verify`, backups

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['hub_owner', 'hub_worker', 'hub_relay', 'hub_bookkeeper', 'hub_report'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role_name);
    END IF;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I OWNER TO hub_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO hub_worker, hub_relay, hub_bookkeeper, hub_report', current_database());
END $$;

GRANT hub_worker TO hub_bookkeeper;

-- Only the owner makes things in the schema (before PostgreSQL 15 everybody could).
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO hub_owner;
GRANT USAGE ON SCHEMA public TO hub_worker, hub_relay, hub_bookkeeper, hub_report;

-- A reader waits for nobody for long, and cannot write even where somebody grants it by mistake.
ALTER ROLE hub_report SET default_transaction_read_only = on;
ALTER ROLE hub_report SET statement_timeout = '15min';
ALTER ROLE hub_worker SET lock_timeout = '30s';
ALTER ROLE hub_worker SET idle_in_transaction_session_timeout = '5min';

#!/bin/bash
# Runs once, on an empty volume: for each service a database, a role that owns it and changes its tables, and a role that
# uses them, which makes and changes none. Neither sees another database.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}
for service in registration billing notify; do
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$service" --set owner="${service}_owner" \
        --set password="$(cat "$secrets/${service}_password")" \
        --set owner_password="$(cat "$secrets/${service}_owner_password")" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"name";
\connect :"name"
GRANT USAGE ON SCHEMA public TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"name";
SQL
done

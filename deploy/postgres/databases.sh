#!/bin/bash
# Runs once, on an empty volume: a database and a role for each service, which sees no other.
set -euo pipefail
for service in registration billing notify; do
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$service" --set password="$(cat "/run/secrets/${service}_password")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done

#!/bin/sh
# Bring back what deploy/backup.sh kept: `deploy/restore.sh FILE`, on a machine where nothing has run yet, or where
# `docker compose down --volumes` has taken away what there was. Needs the .secrets/ of then. Starts PostgreSQL alone.
set -eu
file=${1:?the file of a backup}
cd "$(dirname "$0")/.."
docker compose down
docker compose run --rm --no-deps -T --entrypoint sh postgres -euc '
    data=/var/lib/postgresql/data
    if [ -n "$(ls -A $data)" ]; then
        echo "There are data already. To lose them: docker compose down --volumes" >&2
        exit 1
    fi
    tar -xzf - -C $data
    chmod 700 $data
' <"$file"
docker compose up --detach --wait postgres

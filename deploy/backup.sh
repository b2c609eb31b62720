#!/bin/sh
# One backup of the three databases as they are at one moment: `deploy/backup.sh FOLDER`. Nothing stops meanwhile. What
# is older than KEEP_DAYS (30) goes. A backup holds personal data: FOLDER is for this account alone, and .secrets/ is
# kept elsewhere.
set -eu
folder=${1:?the folder for backups}
cd "$(dirname "$0")/.."
umask 077
mkdir -p "$folder"
file="$folder/guichet-$(date -u +%Y-%m-%dT%H%M%SZ).tar.gz"
# One tar of the whole server, and not three dumps: what one database says it told another, the other has heard.
docker compose exec -T postgres pg_basebackup -U postgres -D - -Ft -X fetch -z -c fast >"$file.part"
tar -tzf "$file.part" | grep -q '^backup_label$' # A part of a backup is none.
mv "$file.part" "$file"
find "$folder" -name 'guichet-*.tar.gz' -mtime "+${KEEP_DAYS:-30}" -delete
echo "$file"

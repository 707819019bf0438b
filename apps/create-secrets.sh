#!/bin/sh
# Makes the passwords of the containers, once: random ones, a file each, in .secrets; and tells docker-compose.yml by
# SECRETS_DIR in .env. Files that are there stay as they are. With SECRETS_DIR set they go there, and .env stays.
set -eu
cd "$(dirname "$0")/.."
named=$(sed -n 's/^SECRETS_DIR=//p' .env 2>/dev/null || true)
folder=${SECRETS_DIR:-${named:-./.secrets}}

create_password() {
  od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n'
}

if [ "$(create_password | wc -c)" -ne 48 ]; then
  echo 'create-secrets.sh: no random bytes can be had from /dev/urandom by "od"' >&2
  exit 1
fi

# keep FILE TEXT: writes the text, unless the file is there with something in it. It gets its name when it is whole.
keep() {
  if [ ! -s "$folder/$1" ]; then
    rm -f "$folder/$1.new"
    printf '%s\n' "$2" >"$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv -f "$folder/$1.new" "$folder/$1"
    echo "made $folder/$1"
  fi
}

# The folder is closed to everybody else. The files are not: they are read by the users inside the containers.
mkdir -p "$folder"
chmod 700 "$folder"
keep mysql_root_password "$(create_password)"
keep mysql_admin_url "mysql://root:$(cat "$folder/mysql_root_password")@mysql:3306/rover"
keep mysql_url "mysql://importuser:$(create_password)@mysql:3306/rover"
keep dashboard_mysql_url "mysql://viewer:$(create_password)@mysql:3306/rover"
keep redis_password "$(create_password)"
keep redis_config "requirepass $(cat "$folder/redis_password")"
keep redis_url "redis://default:$(cat "$folder/redis_password")@redis:6379"
keep dashboard_password "$(create_password)"
# App tokens of portals, host=token pairs; an empty line is none.
keep socrata_app_tokens '
'

if [ -z "${SECRETS_DIR:-}" ] && [ -z "$named" ]; then
  # The last line of a file made by hand may have no end.
  if [ -n "$(tail -c 1 .env 2>/dev/null)" ]; then echo >>.env; fi
  echo "SECRETS_DIR=$folder" >>.env
fi
echo "the passwords stand in $folder; that of the dashboard is in $folder/dashboard_password"

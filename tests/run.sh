#!/bin/sh
# Runs every test, from a bare Debian 12 on: installs what is missing, builds with sanitizers
# (preset dev), and asks ctest.  Needs root or sudo only where something is missing.
#
# usage: tests/run.sh [arguments for ctest]
set -eu
cd "$(dirname "$0")/.."

packages="build-essential cmake ninja-build pkg-config clang clang-format libclang-rt-dev libcmocka-dev
    unixodbc-dev libsqlite3-dev odbcinst libsqliteodbc odbc-postgresql
    odbc-mariadb mariadb-server galera-4 haproxy pgbouncer libuv1-dev libinih-dev libssl-dev
    valgrind python3 python3-pytest postgresql postgresql-client openssl
    libpq-dev python3-psycopg python3-psycopg2 python3-asyncpg python3-sqlalchemy python3-pandas tzdata"

missing() {
    for package in $packages; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

lacking=$(missing | tr '\n' ' ')
if [ -n "$lacking" ]; then
    echo "installing: $lacking"
    as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $lacking
fi

cmake --preset dev
cmake --build --preset dev
ctest --preset dev "$@"

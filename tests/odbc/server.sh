#!/bin/sh
# A database server for a test: starts a new one on 127.0.0.1, prints the ODBC connection string
# that leads to it once it answers, and ends it and its files when standard input ends.
#
# usage: tests/odbc/server.sh mariadb|postgresql
set -eu

kind=$1
folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
pid=
signal=TERM

clean_up() {
    if [ -n "$pid" ]; then
        kill -"$signal" "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

# No server runs as root.
chmod 755 "$folder"
if [ "$(id -u)" = 0 ]; then
    chown nobody:nogroup "$folder"
    drop="setpriv --reuid nobody --regid nogroup --clear-groups"
else
    drop=
fi

# a command that succeeds once the server answers
wait_for() {
    for _ in $(seq 600); do
        if "$@" >/dev/null 2>&1; then
            return
        fi
        kill -0 "$pid" || break
        sleep 0.1
    done
    cat "$folder/log" >&2
    exit 1
}

start_mariadb() {
    $drop mariadb-install-db --no-defaults --datadir="$folder/data" --skip-test-db \
        --auth-root-authentication-method=normal >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        exit 1
    }
    $drop mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" --pid-file="$folder/pid" \
        --bind-address=127.0.0.1 --port="$port" --innodb-flush-log-at-trx-commit=0 \
        --lock-wait-timeout=10 --innodb-lock-wait-timeout=10 --innodb-buffer-pool-size=32M --max-allowed-packet=256M >"$folder/log" 2>&1 </dev/null &
    pid=$!
    wait_for mariadb --no-defaults -u root -S "$folder/socket" -e "SELECT 1"
    mariadb --no-defaults -u root -S "$folder/socket" -e \
        "CREATE DATABASE test CHARACTER SET utf8mb4; CREATE USER tester@127.0.0.1 IDENTIFIED BY 'secret';
         GRANT ALL ON test.* TO tester@127.0.0.1; CREATE DATABASE closed"
    echo "Driver=MariaDB Unicode;Server=127.0.0.1;Port=$port;UID=tester;PWD=secret;Database=test"
}

start_postgresql() {
    signal=INT # it waits for nobody
    bin=${PGCOPY_POSTGRES:-/usr/lib/postgresql/15/bin}
    $drop "$bin/initdb" -D "$folder/data" -U postgres -A trust -N -E UTF8 --locale C >"$folder/log"
    $drop "$bin/postgres" -D "$folder/data" -c listen_addresses=127.0.0.1 -c port="$port" -c fsync=off \
        -c unix_socket_directories= -c timezone=UTC >"$folder/log" 2>&1 </dev/null &
    pid=$!
    wait_for psql -X -h 127.0.0.1 -p "$port" -U postgres -c "SELECT 1"
    psql -X -q -h 127.0.0.1 -p "$port" -U postgres -c "CREATE ROLE tester LOGIN" \
        -c "CREATE DATABASE test OWNER tester"
    echo "Driver=PostgreSQL Unicode;Server=127.0.0.1;Port=$port;UID=tester;Database=test"
}

start_"$kind"
cat >/dev/null

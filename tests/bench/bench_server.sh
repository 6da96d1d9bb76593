#!/bin/sh
# What pgcopyd does from end to end: psql on one core, the server on another, over TCP.
#
# usage: tests/bench/bench_server.sh [--rows N] [--postgres] [PGCOPYD]
#   --rows N      of the large file (1000000)
#   --postgres    the same over PostgreSQL (15, fsync off, unlogged), side by side
#   PGCOPYD       the binary (build/release's)
set -eu
cd "$(dirname "$0")/../.."

rows=1000000
compare=no
pgcopyd=
while [ $# -gt 0 ]; do
    case $1 in
    --rows) rows=$2 && shift ;;
    --postgres) compare=yes ;;
    *) pgcopyd=$1 ;;
    esac
    shift
done
[ -n "$pgcopyd" ] || pgcopyd=$(find build/release -name pgcopyd -type f -perm -u+x)
[ -x "$pgcopyd" ] || { echo "no pgcopyd: cmake --preset release && cmake --build --preset release" >&2; exit 1; }
bin=${PGCOPY_POSTGRES:-/usr/lib/postgresql/15/bin}

work=$(mktemp -d)
server=
postgres=no
generate=examples/data/generate.py

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ $postgres = no ] || as_nobody "$bin/pg_ctl" -D "$work/pg" -m immediate stop >"$work/output" || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

# initdb refuses root
as_nobody() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid nobody --regid nogroup --clear-groups "$@"
    else
        "$@"
    fi
}

ask() {
    PGSSLMODE=disable taskset -c 1 psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres -d "$database" -c "$1"
}

# Of pgcopyd so far, in ticks of 10 ms: what others do on the machine does not change it.
cpu() {
    [ -n "$server" ] && awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$server/stat" || echo 0
}

# what, rows, the command: the best of three, for other work only ever makes it slower
measure() {
    best=
    for _ in 1 2 3; do
        [ -z "$before" ] || ask "$before"
        ticks=$(cpu)
        began=$(date +%s%N)
        ask "$3" >"$work/output"
        took=$(($(date +%s%N) - began))
        ticks=$(($(cpu) - ticks))
        if [ -z "$best" ] || [ $took -lt "$best" ]; then best=$took; fi
        if [ -z "${least-}" ] || [ $ticks -lt "$least" ]; then least=$ticks; fi
    done
    awk 'BEGIN { printf "%-38s %8.3f s %9.0f rows/s", ARGV[1], ARGV[3] / 1e9, ARGV[2] * 1e9 / ARGV[3]
        if (ARGV[5]) printf " %6.2f s CPU", ARGV[4] / 100
        print "" }' "$1" "$2" "$best" "$least" "$server"
    least=
}

peak() {
    awk '/VmHWM/ { printf "%-38s %8.1f MB\n", what, $2 / 1024 }' what="$1" "/proc/$server/status"
}

# the database's NAME=URL
start() {
    : >"$work/line"
    taskset -c 0 "$pgcopyd" --listen 127.0.0.1:0 --database "$1" --log-level warning >"$work/line" &
    server=$!
    port=
    while [ -z "$port" ]; do
        kill -0 $server 2>/dev/null || exit 1
        sleep 0.1
        port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$work/line")
    done
}

stop() {
    kill "$server"
    wait "$server"
    server=
}

# what to call it, its URL without the path of the file
over_sqlite() {
    database=main
    start "main=$2$work/$1.db"
    ask "$(python3 $generate --create patients)"
    peak "$1, connected, no COPY yet"
    before="DELETE FROM patients"
    measure "$1, 250 patients in" 250 "\\copy patients from '$work/small.csv' csv header"
    measure "$1, patients in" "$rows" "\\copy patients from '$work/large.csv' csv header"
    peak "$1, after that"
    before=
    measure "$1, patients out" "$rows" "\\copy patients to '$work/out.csv' csv header"
    cmp "$work/large.csv" "$work/out.csv"
    peak "$1, peak, in and out"
    stop
}

over_discard() {
    database=main
    start "main=discard:"
    before=
    measure "discard:, 250 patients in" 250 "\\copy patients from '$work/small.csv' csv header"
    measure "discard:, patients in" "$rows" "\\copy patients from '$work/large.csv' csv header"
    peak "discard:, peak"
    stop
}

over_postgres() {
    chmod 755 "$work"
    install -d -m 700 "$work/pg"
    [ "$(id -u)" != 0 ] || chown nobody:nogroup "$work/pg"
    as_nobody "$bin/initdb" -D "$work/pg" -U postgres -A trust -N -E UTF8 --locale C >"$work/output"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    database=postgres
    as_nobody taskset -c 0 "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" -o "-c listen_addresses=127.0.0.1 -c port=$port -c fsync=off -c unix_socket_directories= -c max_wal_size=8GB" start >"$work/output"
    postgres=yes
    ask "$(python3 $generate --create patients | sed 's/CREATE TABLE/CREATE UNLOGGED TABLE/')"
    before="TRUNCATE patients"
    measure "PostgreSQL, 250 patients in" 250 "\\copy patients from '$work/small.csv' csv header"
    measure "PostgreSQL, patients in" "$rows" "\\copy patients from '$work/large.csv' csv header"
    measure "PostgreSQL, patients in, WHERE false" "$rows" "\\copy patients from '$work/large.csv' csv header where false"
    before=
    ask "\\copy patients from '$work/large.csv' csv header"
    measure "PostgreSQL, patients out" "$rows" "\\copy patients to '$work/out.csv' csv header"
}

python3 $generate patients 250 >"$work/small.csv"
python3 $generate patients "$rows" >"$work/large.csv"
over_sqlite sqlite sqlite:
over_sqlite sqliteodbc "odbc:Driver=SQLite3;Database="
over_discard
[ $compare = no ] || over_postgres

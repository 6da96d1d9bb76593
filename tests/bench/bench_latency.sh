#!/bin/sh
# What waiting costs: a small COPY, a connection, idle connections, and TLS; pgcopyd with a
# database that throws rows away, side by side with PostgreSQL, PgBouncer and a bare loop of
# SSL_read (Python's).  The clients run on one core, the servers on another.
#
# usage: tests/bench/bench_latency.sh [BUILD]      BUILD: build/release
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/release}
pgcopyd=$(find "$build" -name pgcopyd -type f -perm -u+x)
client=$(find "$build" -name bench_latency -type f -perm -u+x)
[ -x "$pgcopyd" ] && [ -x "$client" ] || {
    echo "cmake --preset release && cmake --build --preset release --target pgcopyd bench_latency" >&2
    exit 1
}
bin=${PGCOPY_POSTGRES:-/usr/lib/postgresql/15/bin}
idle=10000
rows=1000000

work=$(mktemp -d)
chmod 755 "$work"
servers=
clean_up() {
    for server in $servers; do kill "$server" 2>/dev/null || true; done
    [ ! -d "$work/pg" ] || as_nobody "$bin/pg_ctl" -D "$work/pg" -m immediate stop >"$work/output" || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

# initdb and PgBouncer refuse root
as_nobody() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid nobody --regid nogroup --clear-groups "$@"
    else
        "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() {
    tries=0
    until python3 -c "import socket; socket.create_connection(('127.0.0.1', $1)).close()" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { echo "nothing listens on port $1" >&2; exit 1; }
        sleep 0.1
    done
}

start_pgcopyd() {
    gateway=$(free_port)
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/output"
    taskset -c 0 "$pgcopyd" --listen "127.0.0.1:$gateway" --database '*=discard:' --log-level warning \
        --max-clients $((idle + 100)) --tls-cert "$work/cert.pem" --tls-key "$work/key.pem" >"$work/line" &
    gateway_pid=$!
    servers="$servers $gateway_pid"
    wait_for "$gateway"
}

start_postgres() {
    postgres=$(free_port)
    install -d -m 700 "$work/pg"
    [ "$(id -u)" != 0 ] || chown nobody:nogroup "$work/pg"
    as_nobody "$bin/initdb" -D "$work/pg" -U postgres -A trust -N -E UTF8 --locale C >"$work/output"
    as_nobody taskset -c 0 "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" \
        -o "-c listen_addresses=127.0.0.1 -c port=$postgres -c fsync=off -c unix_socket_directories=" \
        start >"$work/output"
    PGSSLMODE=disable psql -X -q -h 127.0.0.1 -p "$postgres" -U postgres -c 'CREATE UNLOGGED TABLE t (a int, b text)'
}

start_pgbouncer() {
    bouncer=$(free_port)
    install -d -m 755 "$work/bouncer"
    [ "$(id -u)" != 0 ] || chown nobody:nogroup "$work/bouncer"
    cat >"$work/bouncer/ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $bouncer
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 1000
logfile = $work/bouncer/log
pidfile = $work/bouncer/pid
log_connections = 0
log_disconnections = 0
INI
    sed -i "s/^postgres = .*/& user=postgres/" "$work/bouncer/ini"
    as_nobody taskset -c 0 pgbouncer -q "$work/bouncer/ini" >"$work/output" 2>&1 &
    wait_for "$bouncer"
    servers="$servers $(cat "$work/bouncer/pid")"
}

run() {
    taskset -c 1 "$client" "$@"
}

# what, the unit, ours (median and p99), theirs, their name
row() {
    awk 'BEGIN { printf "%-34s %8s %8s   %-14s %8s %8s   %5.2fx\n", ARGV[1], ARGV[2], ARGV[3],
        ARGV[6], ARGV[4], ARGV[5], ARGV[2] / ARGV[4] }' "$@"
}

cpu() {
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

copies() {
    for n in 1 250; do
        row "COPY IN, rows: $n" $(run "$gateway" copy 5000 $n) $(run "$postgres" copy 2000 $n) PostgreSQL
    done
}

connections() {
    if command -v pgbouncer >"$work/output"; then
        start_pgbouncer
        row "connect and close" $(run "$gateway" connect 2000) $(run "$bouncer" connect 2000) PgBouncer
    else
        echo "connect and close: skipped, pgbouncer is not installed"
    fi
}

idle_connections() {
    ulimit -n $((idle + 500)) 2>"$work/output" || { echo "idle connections: skipped, ulimit -n"; return; }
    mkfifo "$work/hold"
    run "$gateway" idle $idle <"$work/hold" >"$work/idle" &
    exec 9>"$work/hold"
    until [ -s "$work/idle" ]; do sleep 0.2; done
    awk '/VmRSS/ { printf "%-34s %8.1f MB\n", what, $2 / 1024 }' what="$idle idle connections" "/proc/$gateway_pid/status"
    exec 9>&-
}

# The CPU time of the server's side, in ticks of 10 ms
tls() {
    python3 examples/data/generate.py patients $rows >"$work/large.csv"
    before=$(cpu $gateway_pid)
    PGSSLMODE=require taskset -c 1 psql -X -q -h 127.0.0.1 -p "$gateway" -U postgres -d postgres \
        -c "\\copy t from '$work/large.csv' csv header"
    ours=$(($(cpu $gateway_pid) - before))
    bare=$(free_port)
    taskset -c 0 python3 tests/bench/ssl_read.py "$bare" "$work/cert.pem" "$work/key.pem" >"$work/ticks" &
    servers="$servers $!"
    sleep 1
    taskset -c 1 python3 tests/bench/ssl_read.py --send "$bare" "$work/large.csv"
    sleep 1
    theirs=$(cat "$work/ticks")
    awk 'BEGIN { printf "%-34s %8.2f s CPU    %-14s %8.2f s CPU %10.2fx\n", ARGV[1], ARGV[2] / 100, "SSL_read loop",
        ARGV[3] / 100, ARGV[2] / ARGV[3] }' "TLS, COPY IN of $rows patients" "$ours" "$theirs"
}

start_pgcopyd
start_postgres
printf '%-34s %8s %8s   %-14s %8s %8s   ratio\n' "microseconds" "p50" "p99" "beside" "p50" "p99"
copies
connections
idle_connections
tls

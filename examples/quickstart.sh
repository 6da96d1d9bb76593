#!/bin/sh
# The shortest way to see it work, from a bare Debian 12 on: installs what is missing, builds,
# starts pgcopyd before two new SQLite files, one by SQLite itself and one by ODBC, and loads and
# exports 250 patients by psql, from both the same.
#
# usage: examples/quickstart.sh [--keep]     --keep: leave the server and its data for you to try
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

packages="gcc libc6-dev cmake ninja-build pkg-config libsqlite3-dev unixodbc-dev libuv1-dev libinih-dev
    libssl-dev odbcinst libsqliteodbc postgresql-client"
patients=$root/examples/data/patients.csv
keep=no
work=
server=

fail() {
    echo "quickstart: $*" >&2
    exit 1
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    [ -z "$work" ] || rm -rf "$work"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# The rest of the line, run with its output kept apart; shown only if it fails.
quietly() {
    what=$1
    shift
    "$@" >"$work/output" 2>&1 || {
        tail -n 20 "$work/output" >&2
        fail "cannot $what"
    }
}

install_packages() {
    lacking=
    for package in $packages; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || lacking="$lacking $package"
    done
    [ -n "$lacking" ] || return 0
    echo "installing:$lacking"
    quietly "update the list of packages" as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    quietly "install$lacking" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $lacking
}

# The tests need more packages; who built them here before keeps them.
build() {
    tests=-DPGCOPY_TESTS=OFF
    [ ! -e build/release/CMakeCache.txt ] || tests=
    echo "building: build/release"
    quietly "configure" cmake --preset release $tests
    quietly "build" cmake --build --preset release --target pgcopyd
    pgcopyd=$(find build/release -name pgcopyd -type f -perm -u+x)
    [ -n "$pgcopyd" ] || fail "the build made no pgcopyd"
}

# Port 0 is any that is free; the one line on standard output says which.
start() {
    : >"$work/line"
    setsid "$pgcopyd" --listen 127.0.0.1:0 \
        --database "demo=sqlite:$work/demo.db" \
        --database "demo-odbc=odbc:Driver=SQLite3;Database=$work/demo-odbc.db" \
        >"$work/line" 2>"$work/log" </dev/null &
    server=$!
    tries=0
    until port=$(sed -n 's/^pgcopyd: listening on .*:\([0-9]*\)$/\1/p' "$work/line") && [ -n "$port" ]; do
        kill -0 "$server" 2>/dev/null || fail "pgcopyd did not start: $(cat "$work/log")"
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "pgcopyd does not listen after 10 seconds"
        sleep 0.1
    done
    cat "$work/line"
}

run_psql() {
    PGSSLMODE=disable psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U demo -d "$database" -c "$1" \
        2>"$work/errors" || fail "psql: $(cat "$work/errors")"
}

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

# what, the answer that is expected, the command
timed() {
    began=$(milliseconds)
    answer=$(run_psql "$3") || exit 1
    took=$(($(milliseconds) - began))
    [ "$answer" = "$2" ] || fail "$1: psql says \"$answer\", not \"$2\""
    echo "$1: $answer in $took ms, psql's own start included"
}

# the name of a database
try() {
    database=$1
    echo "database $database:"
    run_psql "CREATE TABLE Patients (PatientID INT PRIMARY KEY, FirstName VARCHAR(40),
        LastName VARCHAR(40), DateOfBirth DATE, Gender VARCHAR(1), Status VARCHAR(20),
        AdmissionDate DATE, DischargeDate DATE)" >"$work/output"
    timed "  load  " "COPY 250" "\\copy Patients from '$patients' with (format csv, header)"
    timed "  export" "COPY 250" "\\copy Patients to '$work/$database.csv' with (format csv, header)"
    lines=$(wc -l <"$work/$database.csv")
    [ "$lines" = 251 ] || fail "the export has $lines lines, not 251"
    cmp -s "$patients" "$work/$database.csv" || fail "the export differs from $patients"
    echo "  same  : 251 lines, byte for byte"
}

say_what_next() {
    if [ $keep = yes ]; then
        echo "The server runs on (log and data in $work):"
        echo "    psql 'host=127.0.0.1 port=$port user=demo dbname=demo sslmode=disable'"
        echo "    kill $server && rm -r $work    # when you have seen enough"
    else
        echo "To try it yourself, with a server that stays:  examples/quickstart.sh --keep"
        echo "Before your own database:  $pgcopyd --database 'main=odbc:DSN=...'    (or main=sqlite:FILE)"
        echo "All options:  $pgcopyd --help, man docs/man/pgcopyd.1"
    fi
}

case "$#:${1-}" in
0:) ;;
1:--keep) keep=yes ;;
*) fail "usage: examples/quickstart.sh [--keep]" ;;
esac
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM
work=$(mktemp -d)
install_packages
build
start
try demo
try demo-odbc
say_what_next
[ $keep = no ] || trap - EXIT

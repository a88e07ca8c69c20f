#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The agent in the foreground, on the file engine, with everything it stores below data/. Started by ./dev run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/agent.sh

port=9520
for option in "$@"; do
    case "$option" in -Dquarkus.http.port=*) port="${option#*=}" ;; esac
done

cat <<EOF

  API      http://127.0.0.1:$port/v1/images
  browser  http://127.0.0.1:$port/q/swagger-ui
  health   http://127.0.0.1:$port/q/health
  metrics  http://127.0.0.1:$port/q/metrics
  pool     $PWD/data/pool
  state    $PWD/data/state

  try      curl -T disk.img http://127.0.0.1:$port/v1/images/disk/content

EOF
# The defaults of pool and state are data/pool and data/state, below the working directory.
exec "$AGENT_JAVA" "${AGENT_OPTIONS[@]}" "$@" -jar "$AGENT_JAR"

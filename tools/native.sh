#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one executable instead of the jar, with its libraries beside it. Started by ./dev native.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/telling.sh
. tools/build.sh

if [ -n "${GRAALVM_HOME-}" ]; then
    if [ ! -x "$GRAALVM_HOME/bin/native-image" ]; then
        echo "dev: GRAALVM_HOME is $GRAALVM_HOME, which has no bin/native-image" >&2
        exit 1
    fi
    how=()
elif command -v native-image >/dev/null; then
    how=()
elif podman info >/dev/null 2>&1; then
    how=(-Dquarkus.native.container-build=true -Dquarkus.native.container-runtime=podman)
elif docker info >/dev/null 2>&1; then
    how=(-Dquarkus.native.container-build=true -Dquarkus.native.container-runtime=docker)
else
    cat >&2 <<'EOT'
dev: building a native executable needs one of these, and this machine has none:
  GraalVM or Mandrel for JDK 25, with its directory in GRAALVM_HOME
  podman or docker, in which Quarkus runs Mandrel
EOT
    exit 1
fi

goal=package
skip=(-Dmaven.test.skip=true)
if [ "${1-}" = --test ]; then
    shift
    goal=verify
    # The unit tests do not run on the executable.
    skip=(-Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false)
fi
maven "$goal" -Pnative "${skip[@]}" ${how[@]+"${how[@]}"} "$@"
ls -l target/*-runner target/lib*.so

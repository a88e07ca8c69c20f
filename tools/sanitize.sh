#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the contract tests of the SPDK engine on a shim built with address and undefined-behaviour sanitizers. Started by
# ./dev sanitize. SPDK itself is the installed one; the sanitizers watch our own code and the memory it passes on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/telling.sh
. tools/build.sh

spdk_is_here || { echo "dev: $(spdk_absence); ./dev sanitize needs SPDK" >&2; exit 1; }
maven -q test-compile
build="$PWD/target/sanitized"
java_home="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"
rm -rf "$build/reports"
mkdir -p "$build/bin" "$build/reports" "$build/lib"
make -s -C src/main/c/spdk BUILD="$build/objects" JNI_HEADERS="$PWD/target/jni" DEST="$build/lib" \
    JAVA_HOME="$java_home" SANITIZE=address,undefined
cp target/classes/META-INF/native/libscrubjay.so "$build/lib/"

# The JVM uses faults for its own purposes, and leaks look like memory that is used until the process ends.
cat >"$build/bin/java" <<WRAPPER
#!/bin/sh
export ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:log_path=$build/reports/asan
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=$build/reports/ubsan
LD_PRELOAD=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so) \\
    exec "$java_home/bin/java" -Dscrubjay.native.path=$build/lib "\$@"
WRAPPER
chmod +x "$build/bin/java"
maven -q surefire:test "-Dtest=${*:-AioEngineTest,AioFallocateEngineTest,MallocEngineTest,SpdkExportsTest}" \
    -Dsurefire.failIfNoSpecifiedTests=false -Djvm="$build/bin/java" -Dmaven.test.redirectTestOutputToFile=true
if [ -n "$(ls "$build/reports")" ]; then
    cat "$build"/reports/* >&2
    exit 1
fi
echo "dev: the sanitizers found nothing"

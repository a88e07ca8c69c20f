# SPDX-License-Identifier: Apache-2.0
# The format of the C code, as src/.clang-format describes it. Sourced after setup.sh.
# shellcheck shell=bash

# Releases format the same code differently: this is Debian 12's.
readonly C_FORMAT_RELEASE=14

c_format_is_here() {
    [ "$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p')" = "$C_FORMAT_RELEASE" ]
}

c_sources() {
    find src/main/c src/test/c -name '*.[ch]' -print0
}

# Formats it.
lay_out_c() {
    if ! c_format_is_here; then
        echo "dev: did not format the C code: that needs clang-format $C_FORMAT_RELEASE" >&2
        return 1
    fi
    c_sources | xargs -0 clang-format -i
}

# Fails if it is formatted otherwise.
check_c_layout() {
    if ! c_format_is_here; then
        echo "dev: did not check the format of the C code: that needs clang-format $C_FORMAT_RELEASE"
        return 0
    fi
    if ! c_sources | xargs -0 clang-format --dry-run --Werror; then
        echo "dev: the C code is not formatted as the build demands; run ./dev format" >&2
        return 1
    fi
}

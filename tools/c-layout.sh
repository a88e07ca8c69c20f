# SPDX-License-Identifier: Apache-2.0
# The layout of the C code, as src/.clang-format describes it. Sourced after setup.sh.
# shellcheck shell=bash

# Releases lay out the same code differently: this is Debian 12's.
readonly C_FORMAT_RELEASE=14

c_format_is_here() {
    [ "$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p')" = "$C_FORMAT_RELEASE" ]
}

c_sources() {
    find src/main/c src/test/c -name '*.[ch]' -print0
}

# Lays it out anew.
lay_out_c() {
    if ! c_format_is_here; then
        echo "dev: the C code is left as it is: that needs clang-format $C_FORMAT_RELEASE" >&2
        return 1
    fi
    c_sources | xargs -0 clang-format -i
}

# Fails where it is laid out otherwise.
check_c_layout() {
    if ! c_format_is_here; then
        echo "dev: the layout of the C code was not checked: that needs clang-format $C_FORMAT_RELEASE"
        return 0
    fi
    if ! c_sources | xargs -0 clang-format --dry-run --Werror; then
        echo "dev: the C code is not laid out as the build wants it; ./dev format does that" >&2
        return 1
    fi
}

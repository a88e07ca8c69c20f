#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Adds the licence line to every source that lacks it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

license="SPDX-License-Identifier: Apache-2.0"
git ls-files -z -- 'src/*.java' 'src/*.c' 'src/*.h' |
    xargs -0 grep -LZ "$license" | xargs -0 -r sed -i "1s|^|// $license\n|"
git ls-files -z -- dev .ci/run 'tools/*.sh' 'src/*/Makefile' 'src/*/Containerfile.*' |
    xargs -0 grep -LZ "$license" | xargs -0 -r sed -i -e "1{/^#!/!s|^|# $license\n|}" -e "1{/^#!/s|\$|\n# $license|}"

# shellcheck shell=bash
# What the scripts that build share: the root of the repository as working directory, and a Swift compiler.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The usual place of an unpacked toolchain; make and CI do not always have it in PATH.
command -v swift >/dev/null || PATH=$PATH:/opt/swift/usr/bin
if ! command -v swift >/dev/null; then
    printf '%s\n' "Swift 6.2 or newer is needed and 'swift' is not in PATH." \
        "Install it from https://www.swift.org/install/linux, or put it in /opt/swift." >&2
    exit 1
fi

step() { printf '== %s\n' "$*" >&2; }

# Every Swift file that belongs to the repository (tracked, or new and not ignored), and so none of .build.
swift_files() {
    git ls-files -z --cached --others --exclude-standard -- '*.swift' | while IFS= read -r -d '' file; do
        if [[ -f $file ]]; then printf '%s\0' "$file"; fi # deleted and not yet committed
    done
}

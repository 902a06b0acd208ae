# shellcheck shell=bash
# systemd's own opinion of the units in systemd/. It is asked in a root of its own, where their programs, users and paths are stubs: what
# this machine has installed must not decide.

# The exposure a unit may have, in tenths: 0.5.
UNITS_THRESHOLD=5
UNITS_SCORED=(holdfastd.service holdfast-engine@.service)

# Builds the root in the folder given.
units_root() {
    local root=$1 unit program
    mkdir -p "$root"/{usr/bin,usr/share/doc/holdfast,etc} "$root/usr/lib/systemd/system"
    cp systemd/*.service systemd/*.socket systemd/*.slice systemd/*.mount "$root/usr/lib/systemd/system/"
    # What ours refer to and every system has.
    for unit in /usr/lib/systemd/system/*.target /usr/lib/systemd/system/-.slice /usr/lib/systemd/system/system.slice; do
        [[ ! -f $unit ]] || cp "$unit" "$root/usr/lib/systemd/system/"
    done
    while read -r program; do
        mkdir -p "$root$(dirname "$program")"
        printf '#!/bin/sh\n' >"$root$program"
        chmod 755 "$root$program"
    done < <(sed -nE 's/^Exec[A-Za-z]*=[-@:+!]*(\/[^ ]+).*/\1/p' systemd/*.service | sort -u)
}

# systemd-analyze exits with 0 on keys and values it does not know, and only says so: whatever it says is a failure.
units_verify() {
    local root=$1 said
    said=$(cd systemd && systemd-analyze verify --man=no --root="$root" -- *.service *.socket *.slice *.mount 2>&1) || true
    [[ -z $said ]] || {
        printf '%s\n' "$said" >&2
        return 1
    }
}

units_score() {
    local unit bad=0
    for unit in "${UNITS_SCORED[@]}"; do
        systemd-analyze security --no-pager --offline=true --threshold="$UNITS_THRESHOLD" "$PWD/systemd/$unit" >"$1/score" 2>&1 || {
            grep -E '^✗|Overall|rror' "$1/score" >&2 || cat "$1/score" >&2
            echo "systemd/$unit: more exposed than $((UNITS_THRESHOLD / 10)).$((UNITS_THRESHOLD % 10))" >&2
            bad=1
        }
    done
    return "$bad"
}

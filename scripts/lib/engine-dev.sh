# shellcheck shell=bash
# The development engine: llama.cpp's server from the xllamacpp wheel, ready in seconds.

DEV=$PREFIX/engines/dev

dev_version() { printf 'llama.cpp via %s\n' "$(names engine-dev)"; }

# Running it is part of the check: a new version of Debian's Python leaves a virtual environment that starts and finds nothing.
dev_ready() {
    [[ -f $DEV/VERSION && $(<"$DEV/VERSION") == "$(dev_version)" ]] &&
        cmp -s "$SCRIPTS/engine/llama-server.py" "$DEV/lib/llama-server.py" &&
        cmp -s "$SCRIPTS/engine/llama-server" "$DEV/bin/llama-server" &&
        env -i "$DEV/bin/llama-server" --version >/dev/null 2>&1
}

install_dev() {
    local stage
    fetch_set engine-dev
    stage=$(new_stage)
    new_venv "$stage/venv" engine-dev
    install -D -m 0755 "$SCRIPTS/engine/llama-server" "$stage/bin/llama-server"
    install -D -m 0644 "$SCRIPTS/engine/llama-server.py" "$stage/lib/llama-server.py"
    dev_version >"$stage/VERSION"
    env -i "$stage/bin/llama-server" --version >/dev/null || die "the development engine does not start on this machine"
    publish "$stage" "$DEV"
    say "installed $DEV ($(dev_version))"
}

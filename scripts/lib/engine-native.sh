# shellcheck shell=bash
# The native engine: llama.cpp's own programs, compiled on this machine from the source in the llama-cpp-python package.

NATIVE=$PREFIX/engines/native
NATIVE_TOOLS=(llama-server llama-quantize llama-bench llama-perplexity)
# The package's change log names the commit it carries ("update llama.cpp to ggml-org/llama.cpp@…").
NATIVE_COMMIT=0c1e57098

native_version() { printf 'llama.cpp %s (%s)\n' "$NATIVE_COMMIT" "$(names engine-native)"; }

native_ready() {
    local tool
    [[ -f $NATIVE/VERSION && $(<"$NATIVE/VERSION") == "$(native_version)" ]] || return 1
    for tool in "${NATIVE_TOOLS[@]}"; do [[ -x $NATIVE/bin/$tool ]] || return 1; done
}

# pip asks a source package for its metadata before it keeps the file, for which it needs the package's build back end.
fetch_native_source() {
    local venv=$PREFIX/tmp/build-venv
    if set_cached engine-native; then return 0; fi
    fetch_set build
    new_venv "$venv" build
    PIP_PYTHON=$venv/bin/python fetch_set engine-native --no-binary=:all: --no-build-isolation
}

# Sources and objects stay in PREFIX/build until the engine is installed, so that an interrupted compile goes on.
native_source() {
    local source=$PREFIX/build/$1 stage
    if [[ ! -d $source ]]; then
        stage=$(new_stage)
        tar -xzf "$PREFIX/wheels/engine-native/$1.tar.gz" -C "$stage" --strip-components=1 --no-same-owner
        publish "$stage" "$source"
    fi
    printf '%s' "$source"
}

install_native() {
    local archive source stage tool
    fetch_native_source
    archive=$(basename "$PREFIX"/wheels/engine-native/*.tar.gz .tar.gz)
    source=$(native_source "$archive")
    say "compiling $(native_version): 5 to 15 minutes on two cores (log: $source/compile.log)"
    # GGML_NATIVE: for exactly this processor; the result must not be copied to another kind of machine.
    # BUILD_SHARED_LIBS=OFF: each program is one file, so one digest covers all of it and nothing else has to be found.
    # LLAMA_OPENSSL, LLAMA_SUBPROCESS=OFF: an engine that fetches nothing and starts nothing.
    # Only the targets named are compiled; unity builds fail in llama.cpp's common.
    {
        cmake -S "$source/vendor/llama.cpp" -B "$source/out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON \
            -DBUILD_SHARED_LIBS=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_SUBPROCESS=OFF \
            -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_SERVER=ON -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
            -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_APP=OFF \
            -DLLAMA_BUILD_NUMBER=0 -DLLAMA_BUILD_COMMIT="$NATIVE_COMMIT" &&
            nice -n 5 ninja -C "$source/out" "${NATIVE_TOOLS[@]}"
    } >"$source/compile.log" 2>&1 || {
        tail -n 30 "$source/compile.log" >&2
        die "the engine did not compile; the whole log is $source/compile.log"
    }
    stage=$(new_stage)
    for tool in "${NATIVE_TOOLS[@]}"; do
        install -D -m 0755 --strip "$source/out/bin/$tool" "$stage/bin/$tool"
    done
    install -m 0644 "$source/vendor/llama.cpp/LICENSE" "$stage/LICENSE"
    native_version >"$stage/VERSION"
    env -i "$stage/bin/llama-server" --version >/dev/null 2>&1 || die "the compiled engine does not start"
    publish "$stage" "$NATIVE"
    rm -rf "$source"
    say "installed $NATIVE ($(native_version))"
}

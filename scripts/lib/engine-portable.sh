# shellcheck shell=bash
# The engine that is packaged: llama.cpp's programs for every processor of an architecture. Its processor-dependent part is compiled once for
# each generation, as a library; ggml loads the best that this machine has.

PORTABLE=$PREFIX/engines/portable
PORTABLE_TOOLS=(llama-server llama-quantize llama-bench llama-perplexity)

# CMake's word for it. LLAMA_OPENSSL, LLAMA_SUBPROCESS=OFF: an engine that fetches nothing and starts nothing. No absolute path gets in:
# libraries are found from the program's own place, so that the folder can be anywhere.
# shellcheck disable=SC2016
PORTABLE_OPTIONS=(-G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=OFF -DBUILD_SHARED_LIBS=ON -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON
    -DLLAMA_OPENSSL=OFF -DLLAMA_SUBPROCESS=OFF
    -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_SERVER=ON -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_APP=OFF
    -DLLAMA_BUILD_NUMBER=0 -DLLAMA_BUILD_COMMIT="$NATIVE_COMMIT" -DGGML_BUILD_NUMBER=0 -DGGML_BUILD_COMMIT="$NATIVE_COMMIT"
    -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON '-DCMAKE_INSTALL_RPATH=$ORIGIN/../lib'
    -DCMAKE_{SHARED,MODULE,EXE}_LINKER_FLAGS='-Wl,-z,relro,-z,now')
# Debian's hardening; no debug symbols.
PORTABLE_FLAGS='-fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat -Werror=format-security'

# The second line changes with whatever changes what is compiled, so that a cached engine is used only as long as it is this one.
portable_version() {
    printf 'llama.cpp %s (%s)\n' "$NATIVE_COMMIT" "$(names engine-native)"
    printf 'recipe %s\n' "$({
        cat "$(pins engine-native)"
        printf '%s\n' 'libraries named' "${PORTABLE_OPTIONS[@]}" "$PORTABLE_FLAGS" "$(g++ -dumpfullversion)"
    } | sha256sum | cut -c 1-16)"
}

portable_ready() { [[ -f $PORTABLE/VERSION && $(<"$PORTABLE/VERSION") == "$(portable_version)" ]]; }

# The libraries out of FOLDER that the programs and libraries given need, and those that these need, each once.
needed() {
    local folder=$1 file name found=()
    shift
    while (($#)); do
        file=$1
        shift
        while read -r name; do
            [[ -f $folder/$name && " ${found[*]} " != *" $name "* ]] || continue
            found+=("$name")
            set -- "$@" "$folder/$name"
        done < <(readelf -dW "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    done
    printf '%s\n' "${found[@]}"
}

# The node knows an engine by its program's digest. The program is small and its libraries are not in it, so their digests are written into it:
# another build of any of them is another engine, with no saved prefixes of this one.
name_libraries() {
    local stage=$1 list=$1.libraries
    (cd "$stage" && sha256sum bin/*.so lib/*) >"$list"
    objcopy --add-section .holdfast.libraries="$list" --set-section-flags .holdfast.libraries=noload,readonly "$stage/bin/llama-server"
    rm "$list"
}

install_portable() {
    local archive source out stage file
    fetch_native_source
    archive=$(basename "$PREFIX"/wheels/engine-native/*.tar.gz .tar.gz)
    source=$(native_source "$archive")
    out=$source/out-portable
    say "compiling $(portable_version | head -n 1) for every processor: 10 to 20 minutes on two cores (log: $source/compile.log)"
    {
        cmake -S "$source/vendor/llama.cpp" -B "$out" "${PORTABLE_OPTIONS[@]}" \
            -DCMAKE_{C,CXX}_FLAGS="$PORTABLE_FLAGS -ffile-prefix-map=$source=." &&
            nice -n 10 ninja -C "$out" -j 2 "${PORTABLE_TOOLS[@]}"
    } >"$source/compile.log" 2>&1 || {
        tail -n 30 "$source/compile.log" >&2
        die "the engine did not compile; the whole log is $source/compile.log"
    }
    stage=$(new_stage)
    for file in "${PORTABLE_TOOLS[@]}"; do install -D -m 0755 --strip "$out/bin/$file" "$stage/bin/$file"; done
    # ggml looks for its processor-dependent libraries beside the program; the others are found by name and version.
    for file in "$out"/bin/libggml-cpu-*.so; do install -m 0644 --strip "$file" "$stage/bin/${file##*/}"; done
    for file in $(needed "$out/bin" "$stage"/bin/*); do install -D -m 0644 --strip "$out/bin/$file" "$stage/lib/$file"; done
    install -m 0644 "$source/vendor/llama.cpp/LICENSE" "$stage/LICENSE"
    name_libraries "$stage"
    portable_version >"$stage/VERSION"
    env -i "$stage/bin/llama-server" --version >/dev/null 2>&1 || die "the compiled engine does not start"
    publish "$stage" "$PORTABLE"
    rm -rf "$source"
    say "installed $PORTABLE ($(portable_version | head -n 1))"
}

# shellcheck shell=bash
# What is in the packages, a line each for sbom.py: name, version, license, purl, how.

row() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }

license_of() {
    local text
    text=$(cat "$1"/LICENSE* 2>/dev/null || true)
    case $text in
    *"Runtime Library Exception"*) printf 'Apache-2.0 WITH Swift-exception' ;;
    *"Apache License"*) printf 'Apache-2.0' ;;
    *"Permission is hereby granted, free of charge"*) printf 'MIT' ;;
    *) printf 'NOASSERTION' ;;
    esac
}

debian_row() { row "$1" "$(dpkg-query -W -f='${Version}' "$1")" NOASSERTION "pkg:deb/debian/$1" DYNAMIC_LINK; }

# The resolved packages that the release build compiled, the toolchain's libraries, and Debian's that are linked.
swift_components() {
    local toolchain identity repository version folder
    toolchain=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9.]+).*/\1/p')
    row swift-runtime "$toolchain" 'Apache-2.0 WITH Swift-exception' "pkg:github/swiftlang/swift@swift-$toolchain-RELEASE" STATIC_LINK
    row swift-foundation "$toolchain" 'Apache-2.0 WITH Swift-exception' "pkg:github/swiftlang/swift-foundation@swift-$toolchain-RELEASE" STATIC_LINK
    row swift-foundation-icu "$toolchain" Unicode-3.0 "pkg:github/swiftlang/swift-foundation-icu@swift-$toolchain-RELEASE" STATIC_LINK
    while IFS=$'\t' read -r identity repository version; do
        folder=.build/checkouts/$(basename "$repository" .git)
        row "$identity" "$version" "$(license_of "$folder")" "pkg:swift/${repository#https://}@$version" STATIC_LINK
    done < <(/usr/bin/python3 -IBc 'import json
for pin in json.load(open("Package.resolved"))["pins"]:
    print(pin["identity"], pin["location"].removesuffix(".git"), pin["state"]["version"], sep="\t")')
    for identity in libc6 libstdc++6 libgcc-s1 libsqlite3-0 libssl3 libseccomp2; do debian_row "$identity"; done
}

engine_components() {
    local commit
    commit=$(sed -nE 's/^llama.cpp ([0-9a-f]+).*/\1/p' "$cache/engines/portable/VERSION")
    row llama.cpp "$commit" MIT "pkg:github/ggml-org/llama.cpp@$commit" CONTAINS
    row llama-cpp-python "$(sed -n 's/^llama-cpp-python==\([^ ]*\).*/\1/p' scripts/pins/engine-native.txt)" MIT \
        "pkg:pypi/llama-cpp-python@${ENGINE_VERSION%%+*}" CONTAINS
    for commit in libc6 libstdc++6 libgcc-s1 libgomp1; do debian_row "$commit"; done
}

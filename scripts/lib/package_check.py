"""Holds the package holdfast against what is promised of it: what it depends on, its size, what is a setting."""

import re
import subprocess
import sys

DEPENDS = {"libc6", "libstdc++6", "libgcc-s1", "libsqlite3-0", "libssl3", "libseccomp2"}
MAXIMUM = 40_000_000
SETTINGS = {"/etc/holdfast/holdfast.yaml", "/etc/holdfast/policies/default.yaml"}


def field(package, name):
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def main(package):
    wrong = []
    depends = {re.split(r"[ (]", word.strip())[0] for word in field(package, "Depends").split(",")}
    if depends != DEPENDS:
        wrong.append(f"it depends on {sorted(depends)}, and not on {sorted(DEPENDS)}")
    listing = subprocess.run(["dpkg-deb", "--contents", package], check=True, capture_output=True, text=True).stdout.splitlines()
    size = sum(int(line.split()[2]) for line in listing if line.startswith("-"))
    if size > MAXIMUM:
        wrong.append(f"{size} bytes are installed, more than {MAXIMUM}")
    owners = {line.split()[1] for line in listing} - {"root/root"}
    if owners:
        wrong.append(f"files of {owners}")
    settings = subprocess.run(["dpkg-deb", "--info", package, "conffiles"], check=True, capture_output=True, text=True).stdout.split()
    if set(settings) != SETTINGS:
        wrong.append(f"settings are {settings}, and not {sorted(SETTINGS)}")
    print(f"{field(package, 'Package')} {field(package, 'Version')}: {size / 1e6:.1f} MB installed, depends on {len(depends)} packages")
    if wrong:
        sys.exit("\n".join(f"package_check.py: {line}" for line in wrong))


main(*sys.argv[1:])

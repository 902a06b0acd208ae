"""The tables of ICU that a node needs, out of those in Swift's static libraries.

    icu_data.py TOOLCHAIN OUT.s OUT.dat

The Swift runtime carries every language's sort orders, plural rules and character sets, 34 MB in a package of 40. Programs of a node speak
one language and sort by bytes. What stays is the root locale, English, the rules of time zones, and
what is a character in any language. Linked before the
runtime's libraries, OUT.s takes the place of the whole.

The format: https://unicode-org.github.io/icu/userguide/icu_data/ ("common data", CmnD); a header, a table of (name, offset), names, items.
"""

import re
import struct
import subprocess
import sys

KEEP = re.compile(
    r"((brkitr/)?(root|en|res_index)\.res|pool\.res|brkitr/char\.brk|(nfkc|uts46)\.nrm"
    r"|(supplementalData|likelySubtags|zoneinfo64|timezoneTypes|metaZones|numberingSystems|keyTypeData|plurals|dayPeriods|en_US|en_001)\.res)$"
)


def table(toolchain):
    archive = f"{toolchain}/lib/swift_static/linux/lib_FoundationICU.a"
    member = "icu_packaged_data.cpp.o"
    return member_section(subprocess.run(["ar", "p", archive, member], check=True, capture_output=True).stdout)


def member_section(elf):
    """The bytes of .rodata in a 64-bit little-endian object: all that this member has."""
    offset, = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQ", elf, offset + size * i) for i in range(count)]
    strings = sections[names][4]
    for name, _, _, _, start, length in sections:
        if elf[strings + name:].startswith(b".rodata\0"):
            return elf[start:start + length]
    sys.exit("icu_data.py: the toolchain's ICU tables are not where they were")


def items(data):
    """Each item's name and bytes, in order."""
    base, = struct.unpack_from("<H", data)
    count, = struct.unpack_from("<I", data, base)
    rows = [struct.unpack_from("<II", data, base + 4 + 8 * i) for i in range(count)]
    ends = [row[1] for row in rows[1:]] + [len(data) - base]
    for (name, start), end in zip(rows, ends):
        yield data[base + name:data.index(b"\0", base + name)], data[base + start:base + end]


def packed(header, kept):
    names, offset, rows, body = b"", 4 + 8 * len(kept), [], b""
    for name, _ in kept:
        rows.append(offset + len(names))
        names += name + b"\0"
    start = (offset + len(names) + 15) & ~15
    toc = struct.pack("<I", len(kept))
    for row, (_, content) in zip(rows, kept):
        toc += struct.pack("<II", row, start + len(body))
        body += content + bytes(-len(content) % 16)
    return header + (toc + names).ljust(start, b"\0") + body


def main(toolchain, assembly, out):
    data = table(toolchain)
    base, = struct.unpack_from("<H", data)
    kept = [(name, content) for name, content in items(data) if KEEP.match(name.decode().split("/", 1)[1])]
    package = kept[0][0].split(b"/")[0].decode()
    with open(out, "wb") as file:
        file.write(packed(data[:base], kept))
    symbol = re.sub(r"[a-z]$", "", package) + "_dat"
    with open(assembly, "w", encoding="ascii") as file:
        file.write(f'.section .rodata.icu,"a"\n.balign 16\n.globl {symbol}\n.type {symbol}, %object\n{symbol}:\n.incbin "{out}"\n'
                   f'.size {symbol}, . - {symbol}\n.section .note.GNU-stack,"",%progbits\n')


main(*sys.argv[1:])

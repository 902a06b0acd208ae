#!/usr/bin/python3 -IB
"""Runs a program on a kernel that seems to lack a layer: without-layer.py landlock|seccomp PROGRAM [ARGUMENT …]

A filter answers ENOSYS in the kernel's place to landlock_create_ruleset(2), or to seccomp(2).
"""

import ctypes
import os
import platform
import struct
import sys

X86 = platform.machine() == "x86_64"
NUMBERS = {"landlock": 444, "seccomp": 317 if X86 else 277}
ALLOW, ENOSYS = 0x7FFF0000, 0x00050000 | 38
filters = b"".join([
    struct.pack("HBBI", 0x20, 0, 0, 0),  # load the call's number
    struct.pack("HBBI", 0x15, 0, 1, NUMBERS[sys.argv[1]]),
    struct.pack("HBBI", 0x06, 0, 0, ENOSYS),
    struct.pack("HBBI", 0x06, 0, 0, ALLOW),
])
buffer = ctypes.create_string_buffer(filters)
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0, os.strerror(ctypes.get_errno())
os.execv(sys.argv[2], sys.argv[2:])

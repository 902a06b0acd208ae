"""Starts a program as systemd would, and prints what it tells its notification socket.

supervisor.py [--listen NAME=PATH | --listen NAME=tcp:HOST:PORT]... [--wrong-pid] [--notify] -- PROGRAM ARGUMENT...
SIGTERM and SIGHUP are passed on; the exit status is the program's.
"""

import os
import signal
import socket
import sys
import tempfile
import threading

options, command = sys.argv[1:], []
if "--" in options:
    end = options.index("--")
    options, command = options[:end], options[end + 1:]
listen = [options[i + 1].split("=", 1) for i, word in enumerate(options) if word == "--listen"]
environment = dict(os.environ)
sockets = []
for _, path in listen:
    if path.startswith("tcp:"):
        host, port = path[4:].rsplit(":", 1)
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, int(port)))
    else:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        os.chmod(path, 0o666)
    listening.listen(128)
    sockets.append(listening)
if "--notify" in options:
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    environment["NOTIFY_SOCKET"] = tempfile.mkdtemp() + "/notify"
    notify.bind(environment["NOTIFY_SOCKET"])

child = os.fork()
if child == 0:
    # Out of the way first: one of them may have the number another is to get.
    high = [os.dup(listening.fileno()) for listening in sockets]
    high = [os.dup2(descriptor, 100 + i) for i, descriptor in enumerate(high)]
    for i, descriptor in enumerate(high):
        os.dup2(descriptor, 3 + i, inheritable=True)
        os.close(descriptor)
    os.closerange(3 + len(high), 200)
    if listen:
        environment["LISTEN_PID"] = str(os.getppid() if "--wrong-pid" in options else os.getpid())
        environment["LISTEN_FDS"] = str(len(listen))
        environment["LISTEN_FDNAMES"] = ":".join(name for name, _ in listen)
    os.execve(command[0], command, environment)

for passed in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(passed, lambda number, _: os.kill(child, number))


def follow():
    while True:
        print(notify.recv(4096).decode(), flush=True)


if "--notify" in options:
    threading.Thread(target=follow, daemon=True).start()
_, status = os.waitpid(child, 0)
# Datagrams that were sent are in the socket's queue: print what is left of them.
if "--notify" in options:
    notify.setblocking(False)
    try:
        while True:
            print(notify.recv(4096).decode(), flush=True)
    except BlockingIOError:
        pass
sys.exit(os.waitstatus_to_exitcode(status) % 256)

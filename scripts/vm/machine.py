"""A machine in QEMU whose power can be cut, with six ports through which commands get in.

Its disk is a qcow2 over the last one that was left. QEMU keeps the tables of a qcow2 in its own memory until the guest asks for a flush: what the
guest wrote and did not flush is lost when QEMU is killed, as it is with a disk that has a cache."""

import base64
import os
import socket
import subprocess
import time

PORTS = 6


class PowerLost(Exception):
    pass


class Failed(Exception):
    pass


class Port:
    """One command at a time."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def line(self, seconds):
        self.socket.settimeout(seconds)
        try:
            line = self.file.readline()
        except OSError as error:
            raise PowerLost(str(error))
        if not line.endswith(b"\n"):
            raise PowerLost("the line broke off")
        return line

    def run(self, command, seconds=300):
        """Its status and its output. What is returned was acknowledged: every byte of the answer is here."""
        try:
            self.socket.sendall(base64.b64encode(command.encode()) + b"\n")
        except OSError as error:
            raise PowerLost(str(error))
        status, _, output = self.line(seconds).partition(b" ")
        return int(status), base64.b64decode(output).decode(errors="replace").strip()

    def close(self):
        self.file.close()
        self.socket.close()


def accelerator():
    """kvm when a machine really starts with it, else tcg."""
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        tried = subprocess.run(["qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "64", "-display", "none", "-monitor", "stdio",
                                "-serial", "none"], input=b"info status\nquit\n", capture_output=True, timeout=30)
        if tried.returncode == 0 and b"running" in tried.stdout:
            return "kvm"
    return "tcg"


class Machine:
    def __init__(self, folder, accelerator):
        self.folder = folder
        self.accelerator = accelerator
        self.base = os.path.join(folder, "disk.raw")
        self.disk = os.path.join(folder, "disk.qcow2")
        self.process = None
        self.ports = []

    def boot(self, seconds=None):
        """Until commands get in."""
        began = time.monotonic()
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", self.base, "-o", "cluster_size=4096", self.disk], check=True)
        words = ["qemu-system-x86_64", "-accel", self.accelerator, "-cpu", "host" if self.accelerator == "kvm" else "max", "-smp", "2", "-m", "2048",
                 "-nodefaults", "-display", "none", "-no-reboot", "-serial", f"file:{self.folder}/console", "-kernel", f"{self.folder}/vmlinuz",
                 "-initrd", f"{self.folder}/initrd", "-append", "root=/dev/vda rw console=ttyS0 quiet panic=-1",
                 "-blockdev", f"driver=qcow2,node-name=d,file.driver=file,file.filename={self.disk},l2-cache-size=16777216,cache.direct=off",
                 "-device", "virtio-blk-pci,drive=d,write-cache=on", "-device", "virtio-serial-pci"]
        for number in range(PORTS):
            path = f"{self.folder}/port{number}"
            if os.path.exists(path):
                os.unlink(path)
            words += ["-chardev", f"socket,id=p{number},path={path},server=on,wait=off",
                      "-device", f"virtserialport,chardev=p{number},name=holdfast.{number}"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, stdout=open(f"{self.folder}/qemu", "wb"))
        deadline = began + (seconds or (90 if self.accelerator == "kvm" else 900))
        while not all(os.path.exists(f"{self.folder}/port{number}") for number in range(PORTS)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed("QEMU did not start:\n" + open(f"{self.folder}/qemu").read())
            time.sleep(0.1)
        self.ports = [Port(f"{self.folder}/port{number}") for number in range(PORTS)]
        try:
            for port in self.ports:
                port.line(max(1, deadline - time.monotonic()))
        except PowerLost:
            raise Failed("the machine did not come up:\n" + open(f"{self.folder}/console", errors="replace").read()[-4000:])
        return time.monotonic() - began

    def run(self, command, seconds=300):
        """On the port that the campaign's own questions use; a status other than 0 is a failure."""
        status, output = self.ports[0].run(command, seconds)
        if status != 0:
            raise Failed(f"{command}: status {status}\n{output}")
        return output

    def cut_power(self):
        self.process.kill()
        self.process.wait()

    def settle(self):
        """What the cut left becomes the disk of the next boot."""
        for port in self.ports:
            port.close()
        self.ports = []
        subprocess.run(["qemu-img", "commit", "-q", self.disk], check=True)
        os.unlink(self.disk)

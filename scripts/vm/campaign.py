"""What only a whole machine can show: memory limits of cgroup v2, Debian's Landlock, power cuts. campaign.py FOLDER CUTS OUT.json"""

import json
import os
import platform
import random
import subprocess
import sys
import threading
import time

from ledger import Ledger, writers
from machine import Failed, Machine, PowerLost, accelerator


def until(machine, command, seconds):
    deadline = time.monotonic() + seconds
    while True:
        status, output = machine.ports[0].run(command)
        if status == 0:
            return output
        if time.monotonic() > deadline:
            raise Failed(f"after {seconds} s, still: {command}: status {status}\n{output}\n" + machine.run("journalctl -b --no-pager | tail -n 60"))
        time.sleep(0.3)


def landlock(machine):
    """What doctor finds on Debian's own kernel, as the node's user."""
    kernel = machine.run("uname -r")
    _, text = machine.ports[0].run("setpriv --reuid holdfast --regid holdfast --init-groups holdfast doctor --json")
    checks = {check["id"]: check for check in json.loads(text)["checks"]}
    for name in ("landlock", "seccomp"):
        if checks[name]["status"] != "ok":
            raise Failed(f"doctor: {checks[name]}")
    return {"kernel": kernel, "cgroup": machine.run("stat -f -c %T /sys/fs/cgroup"),
            "checks": {name: check.get("finding") or check.get("text") or check["status"] for name, check in checks.items()}}


def memory(machine):
    """An engine over its unit's MemoryMax is ended by the kernel, and that is what the trail says; the node goes on."""
    folder = "/run/systemd/system/holdfast-engine@.service.d"
    daemon = machine.run("systemctl show --property=MainPID --value holdfastd.service")
    machine.run(f"mkdir -p {folder} && printf '[Service]\\nMemoryMax=64M\\n' >{folder}/test.conf && systemctl daemon-reload")
    status, said = machine.ports[0].run("holdfast run smollm2 hi --max-tokens 2", 900)
    if status == 0:
        raise Failed("a model of 98 MB ran in 64 MB")
    exits = machine.run("holdfast audit list --operation engine --limit 20 --json")
    if "out_of_memory" not in exits:
        raise Failed(f"the trail does not say why the engine ended:\n{exits}")
    if machine.run("systemctl show --property=MainPID --value holdfastd.service") != daemon:
        raise Failed("the node was restarted")
    machine.run(f"rm -r {folder} && systemctl daemon-reload")
    # Several failures in a row have the model wait; a load by hand does not.
    until(machine, "holdfast model load smollm2 && holdfast run smollm2 hi --max-tokens 2", 900)
    machine.run("holdfast model unload smollm2")
    return {"limit": "64M", "answer": said.splitlines()[0], "cause": "engine_out_of_memory"}


def cut(machine, ledger, number, seconds):
    """One life of the machine: it comes up by itself, has all that was promised, is given work, and loses its power."""
    boot = machine.boot()
    until(machine, "holdfast status", 120)
    checked = ledger.check(machine)
    threads = [threading.Thread(target=writer, daemon=True) for writer in writers(machine, ledger, number)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    machine.cut_power()
    for thread in threads:
        thread.join(60)
    machine.settle()
    return boot, checked


def main(folder, cuts, out):
    began = time.time()
    machine = Machine(folder, accelerator())
    slow = 1 if machine.accelerator == "kvm" else 8
    print(f"vm-test: {machine.accelerator}", flush=True)
    report = {"date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "accelerator": machine.accelerator,
              "machine": {"kernel": platform.release(), "processors": os.cpu_count()},
              "commit": subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()}
    try:
        print(f"up after {machine.boot():.0f} s", flush=True)
        until(machine, "holdfast status && holdfast model list | grep smollm2", 300)
        report["package"] = machine.run("dpkg-query --show --showformat '${Version}' holdfast")
        report["kernel_layers"] = landlock(machine)
        print(f"ok      Landlock and cgroup v2 of {report['kernel_layers']['kernel']}", flush=True)
        report["memory_limit"] = memory(machine)
        print(f"ok      an engine beyond its memory limit: {report['memory_limit']['answer']}", flush=True)
        ledger = Ledger()
        ledger.prepare(machine)
        machine.run("sync")
        machine.cut_power()
        machine.settle()
        seed = random.randrange(1 << 32)
        draw = random.Random(seed)
        boots = []
        for number in range(cuts):
            boot, checked = cut(machine, ledger, number, draw.uniform(0.2, 6) * slow)
            boots.append(boot)
            print(f"ok      power cut {number + 1} of {cuts}; before it: {checked}", flush=True)
        machine.boot()
        until(machine, "holdfast status", 120)
        print(f"ok      after the last: {ledger.check(machine)}", flush=True)
        report["power_cuts"] = {"cuts": cuts, "seed": seed, "lost": 0, "acknowledged": ledger.totals(), "by_hand": 0,
                                "boot_seconds_median": round(sorted(boots)[len(boots) // 2], 1) if boots else None}
        report["seconds"] = round(time.time() - began)
        with open(out, "w") as file:
            json.dump(report, file, indent=2)
            file.write("\n")
        print(f"{cuts + 2} passed, 0 failed")
    except (Failed, PowerLost) as error:
        sys.exit(f"failed  {error}\n--- console\n" + open(f"{folder}/console", errors="replace").read()[-3000:])
    finally:
        if machine.process and machine.process.poll() is None:
            machine.cut_power()


main(sys.argv[1], int(sys.argv[2]), os.path.realpath(sys.argv[3]))

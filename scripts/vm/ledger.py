"""What was acknowledged, kept outside the machine; what gives it work; and what must still be there after a cut.

A line of the ledger is written when the whole answer has arrived. What was asked and not answered may or may not have happened."""

import base64
import json
import struct
import threading

from machine import Failed, PowerLost


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.names = {"smollm2:latest"}
        self.uncertain = set()
        self.tokens = set()
        self.policy = 0
        self.chats = 0
        self.checkpoint = None
        self.count = {}

    def acknowledge(self, kind, change):
        with self.lock:
            change()
            self.count[kind] = self.count.get(kind, 0) + 1

    def totals(self):
        return dict(sorted(self.count.items()))

    def prepare(self, machine):
        machine.run("usermod -aG holdfast-admin alice")

    def check(self, machine):
        """Holds the node against every line. Returns what it found, in words."""
        trail = json.loads(machine.run("holdfast audit verify --json"))
        if self.checkpoint:
            kept = base64.b64encode(self.checkpoint.encode()).decode()
            machine.run(f"base64 -d <<<{kept} >/tmp/kept && holdfast audit verify --since /tmp/kept")
        names = {name for model in json.loads(machine.run("holdfast model list --json"))["models"] for name in model["names"]}
        self.require("models", self.names - self.uncertain, names)
        gone = {name for name in names if name not in self.names and name not in self.uncertain}
        with self.lock:
            # Asked for and not acknowledged: now it is known which of the two it was.
            self.names, self.uncertain = names, set()
        unexpected = {name for name in gone if not name.startswith(("n-", "m-"))}
        if unexpected:
            raise Failed(f"names nobody gave: {unexpected}")
        machine.run("holdfast model verify --all")
        tokens = {token["name"] for token in json.loads(machine.run("holdfast access token list --json"))["tokens"]}
        self.require("tokens", self.tokens, tokens)
        if self.policy:
            shown = machine.run("holdfast access policy show")
            mark = max([int(word[1:].strip(":")) for word in shown.split() if word.startswith("w") and word[1:].strip(":").isdigit()] or [0])
            if mark < self.policy:
                raise Failed(f"policy {self.policy} was acknowledged, and {mark} rules:\n{shown}")
        chats = len(self.records(machine, "inference.chat"))
        if chats < self.chats:
            raise Failed(f"{self.chats} chats were answered, and the trail has {chats}")
        return f"{trail.get('records', trail.get('size'))} records, {len(names)} names, {len(tokens)} tokens, policy {self.policy}, {chats} chats"

    @staticmethod
    def records(machine, operation):
        found, before = [], ""
        while True:
            page = json.loads(machine.run(f"holdfast audit list --operation {operation} --outcome ok --limit 1000 --json {before}"))
            found += page["records"]
            if not page.get("next"):
                return found
            before = f"--before {page['next']}"

    @staticmethod
    def require(what, promised, there):
        missing = promised - there
        if missing:
            raise Failed(f"{what} that were acknowledged and are lost: {sorted(missing)}")


def model_file(text):
    """The header of a model with eight megabytes of zeros, in base64; text makes it one of its own."""
    def words(value):
        return struct.pack("<Q", len(value)) + value.encode()
    entries = [("general.architecture", "llama"), ("general.name", text), ("tokenizer.ggml.model", "gpt2"), ("tokenizer.chat_template", "{{ messages }}")]
    data = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries) + 1)
    for key, value in entries:
        data += words(key) + struct.pack("<I", 8) + words(value)
    data += words("llama.context_length") + struct.pack("<II", 4, 4096)
    data += words("norm.weight") + struct.pack("<IQIQ", 1, 2 << 20, 0, 0)
    return base64.b64encode(data + bytes(-len(data) % 32)).decode()


def writers(machine, ledger, round_number):
    """Each gives one port work until the power is gone. What is refused for reasons of the moment (a busy node) is not acknowledged."""

    def loop(port, step):
        def run():
            number = 0
            try:
                while True:
                    step(machine.ports[port], number)
                    number += 1
            except PowerLost:
                return
        return run

    def names(port, number):
        name = f"n-{round_number}-{number}:latest"
        if port.run(f"holdfast model alias smollm2 {name}")[0] == 0:
            ledger.acknowledge("names", lambda: ledger.names.add(name))
        if number % 2:
            with ledger.lock:
                ledger.uncertain.add(name)
            if port.run(f"holdfast model remove {name}")[0] == 0:
                ledger.acknowledge("removals", lambda: (ledger.names.discard(name), ledger.uncertain.discard(name)))

    def models(port, number):
        name = f"m-{round_number}-{number}:latest"
        made = f"(base64 -d <<<{model_file(name)}; head -c 8388608 /dev/zero) >/var/tmp/model.gguf"
        if port.run(f"{made} && holdfast model add /var/tmp/model.gguf --name {name}")[0] == 0:
            ledger.acknowledge("models", lambda: ledger.names.add(name))
        with ledger.lock:
            ledger.uncertain.add(name)
        if port.run(f"holdfast model remove {name}")[0] == 0:
            ledger.acknowledge("removals", lambda: (ledger.names.discard(name), ledger.uncertain.discard(name)))

    def tokens(port, number):
        name = f"t-{round_number}-{number}"
        if port.run(f"holdfast access token create --name {name} --role user")[0] == 0:
            ledger.acknowledge("tokens", lambda: ledger.tokens.add(name))
        status, text = port.run("holdfast audit checkpoint")
        if status == 0:
            ledger.acknowledge("checkpoints", lambda: setattr(ledger, "checkpoint", text + "\n"))

    def policies(port, number):
        mark = ledger.policy + 1
        text = f"version: 1\\nroles:\\n  w{mark}:\\n    allow:\\n      - verbs: [models:read]\\n        resources: [\"model:*\"]\\n"
        if port.run(f"printf '{text}' >/tmp/policy.yaml && holdfast access policy apply /tmp/policy.yaml")[0] == 0:
            ledger.acknowledge("policies", lambda: setattr(ledger, "policy", mark))

    def chats(port, number):
        if port.run("holdfast run smollm2 hi --max-tokens 2")[0] == 0:
            ledger.acknowledge("chats", lambda: setattr(ledger, "chats", ledger.chats + 1))

    return [loop(1, names), loop(2, models), loop(3, tokens), loop(4, policies), loop(5, chats)]

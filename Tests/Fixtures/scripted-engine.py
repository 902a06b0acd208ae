#!/usr/bin/python3 -IB
"""An engine that does what it is told to, for tests: llama-server's arguments and answers, and its faults.

The model file's content says what it does: words apart from each other, `load:` words for the start, `say:` words for each answer.
  load:hang          never answers /health            load:503xN    "Loading model" for N polls, with work in between
  load:die           text on stderr, exit 3           load:flood    stderr without end, never ready
  load:silent        /health is 503 for ever, idle    load:deaf     accepts connections and answers nothing
  term:ignore        SIGTERM does nothing             fork:child    leaves a child in its process group
  say:hang           one token, then nothing          say:die       one token, then exit 9
  say:cut            one token, then the connection ends
  say:utf8           a frame that is not UTF-8        say:json      a frame that is not JSON
  say:huge           a frame of 2 MiB                 say:error     an error frame
  say:noend          all tokens, no usage, [DONE]     say:slow      a token each 20 ms, 1,000 of them
  say:flood          100,000 tokens at once           say:reject    HTTP 400
  say:stderr         floods stderr, then answers      say:null      null and comment frames between the tokens
  say:spin           computes for ever, and takes up nothing else
  say:think          computes for three seconds, and then answers
  say:nothead        accepts the request and answers nothing
  say:fork           one token, then a call that confinement forbids
  say:memory         one token, then all the memory there is
  say:count          computes for a tenth of a second, then numbers, one each 5 ms, 60 of them
  say:hold           one token, then comments until the client goes, when the prompt has the word HOLD
  say:speed          its timings depend on its arguments alone: prompts are fastest in micro-batches of 256, answers without flash attention
A word is a token to /tokenize. Without any it answers with `slot=N cache=true|false prompt=…`, a word a token.
"""

import argparse
import json
import os
import signal
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler

if sys.argv[1:] == ["--version"]:
    print("version: 7 (scripted)", file=sys.stderr)
    sys.exit(0)
parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--model", required=True)
parser.add_argument("--host", required=True)
for name in ("alias", "ctx-size", "parallel", "threads", "threads-batch", "threads-http", "batch-size", "ubatch-size", "cache-ram",
             "slot-save-path", "flash-attn", "ctx-checkpoints", "slot-prompt-similarity", "sse-ping-interval"):
    parser.add_argument("--" + name)
for name in ("no-webui", "offline", "no-kv-unified"):
    parser.add_argument("--" + name, action="store_true")
args = parser.parse_args()
script = set(open(args.model).read().split())
busy, lock, polls = set(), threading.Lock(), [0]
loading = next((int(word[len("load:503x"):]) for word in script if word.startswith("load:503x")), 0)


def flood(count=None):
    line = b"a line of noise \xff\xfe " * 50 + b"\n"
    while count is None or count > 0:
        os.write(2, line)
        count = None if count is None else count - 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health":
            polls[0] += 1
            if "load:hang" in script or "load:deaf" in script:
                time.sleep(3600)
            if polls[0] <= loading:
                sum(range(1000000))
            if polls[0] <= loading or script & {"load:silent", "load:flood"}:
                return self.answer(503, {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}})
            return self.answer(200, {"status": "ok"})
        if self.path == "/slots":
            with lock:
                return self.answer(200, [{"id": n, "is_processing": n in busy} for n in range(int(args.parallel))])
        self.answer(404, {"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/apply-template":
            return self.answer(200, {"prompt": " ".join(message["content"] for message in request["messages"])})
        if self.path == "/tokenize":
            return self.answer(200, {"tokens": list(range(len(request["content"].split())))})
        slot = request["id_slot"]
        with lock:
            busy.add(slot)
        try:
            self.generate(request, slot)
        except OSError:
            pass  # the client has gone
        finally:
            with lock:
                busy.discard(slot)
            self.close_connection = True

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def frame(self, value):
        self.chunk(b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n")

    def token(self, text):
        key = {"text": text} if self.path == "/v1/completions" else {"delta": {"content": text}}
        self.frame({"choices": [{"finish_reason": None, "index": 0, **key}], "id": "x", "model": "m"})

    def generate(self, request, slot):
        if "say:spin" in script:
            with lock:
                while True:
                    pass
        if "say:think" in script:
            until = time.monotonic() + 3
            while time.monotonic() < until:
                pass
        if "say:count" in script:
            until = time.monotonic() + 0.1
            while time.monotonic() < until:
                pass
        if "say:nothead" in script:
            time.sleep(3600)
        if "say:reject" in script:
            return self.answer(400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": "too long",
                                               "n_prompt_tokens": 3031, "n_ctx": 1024}})
        prompt = request["prompt"] if "prompt" in request else request["messages"][-1]["content"]
        words = f"slot={slot} cache={str(request['cache_prompt']).lower()} prompt={prompt}".split(" ")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.path != "/v1/completions":
            self.frame({"choices": [{"finish_reason": None, "index": 0, "delta": {"role": "assistant", "content": None}}]})
        if "say:stderr" in script:
            flood(3000)
        if "say:slow" in script:
            words = ["w"] * 1000
        if "say:count" in script:
            words = [str(number) for number in range(60)]
        if "say:flood" in script:
            words = ["w"] * 100000
        for number, word in enumerate(words):
            self.token(word if number == 0 else " " + word)
            if number > 0:
                if "say:slow" in script:
                    time.sleep(0.02)
                if "say:count" in script:
                    time.sleep(0.005)
                continue
            while "say:hold" in script and "HOLD" in prompt:
                self.chunk(b": held\n\n")
                time.sleep(0.01)
            if "say:hang" in script:
                time.sleep(3600)
            if "say:die" in script:
                os.write(2, b"scripted: dying now\n")
                os._exit(9)
            if "say:fork" in script:
                os.fork()
            if "say:memory" in script:
                held = [b"x" * (16 << 20) for _ in range(10000)]
            if "say:cut" in script:
                return
            if "say:utf8" in script:
                self.frame(b'{"choices":[{"finish_reason":null,"index":0,"delta":{"content":"a\xff\xfeb"}}]}')
            if "say:json" in script:
                self.frame(b'{"choices":[{"finish')
            if "say:huge" in script:
                self.frame(b'"' + b"x" * (2 << 20) + b'"')
            if "say:error" in script:
                self.frame({"error": {"code": 500, "type": "server_error", "message": "it went wrong"}})
            if "say:null" in script:
                self.frame(b"null")
                self.chunk(b": a comment\n\n")
        timings = {"prompt_ms": 1.5, "predicted_ms": 2.5}
        if "say:speed" in script:
            flash = args.flash_attn != "off"
            prompt_rate = 1000 * (1.5 if args.ubatch_size == "256" else 1) * (1 if flash else 0.8)
            timings = {"prompt_ms": 7000 / prompt_rate, "predicted_ms": len(words) * 1000 / (100 if flash else 150)}
        if "say:noend" not in script:
            key = {"text": ""} if self.path == "/v1/completions" else {"delta": {}}
            self.frame({"choices": [{"finish_reason": "stop", "index": 0, **key}]})
            self.frame({"choices": [], "usage": {"completion_tokens": len(words), "prompt_tokens": 7, "total_tokens": 7 + len(words),
                                                 "prompt_tokens_details": {"cached_tokens": 6 if request["cache_prompt"] else 0}},
                        "timings": timings})
        self.frame(b"[DONE]")
        self.chunk(b"")


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("peer", 0)


if "term:ignore" in script:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
if "fork:child" in script and os.fork() == 0:
    time.sleep(3600)
if "load:die" in script:
    os.write(2, b"scripted: cannot load this model\n")
    sys.exit(3)
if "load:flood" in script:
    threading.Thread(target=flood, daemon=True).start()
Server(args.host, Handler).serve_forever()

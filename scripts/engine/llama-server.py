"""llama-server's command line in front of llama.cpp's own HTTP server from the xllamacpp wheel.

The development engine: the same endpoints as a compiled llama-server, installed in seconds. It starts with an empty
environment and no HOME, opens nothing but the model and the socket, forks nothing and writes nothing.
What it does not know it refuses, so that a flag which works here works with the compiled engine too.
"""

import argparse
import os
import signal
import sys

EX_USAGE, EX_UNAVAILABLE = 64, 69  # sysexits.h


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        print(f"llama-server (xllamacpp): {message}", file=sys.stderr)
        sys.exit(EX_USAGE)


def socket_path(text):
    # llama.cpp takes a host for a Unix socket by this ending; any other text would open a TCP port.
    if not (text.startswith("/") and text.endswith(".sock")):
        raise argparse.ArgumentTypeError("must be an absolute path that ends in .sock")
    return text


def folder(text):
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"not a directory: {text}")
    return text.rstrip("/") + "/"  # llama.cpp joins by appending


def parse(argv):
    p = Arguments(prog="llama-server", allow_abbrev=False)
    p.add_argument("--version", action="store_true")
    p.add_argument("--model")
    p.add_argument("--host", type=socket_path)
    p.add_argument("--alias")
    p.add_argument("--ctx-size", type=int, default=0)
    p.add_argument("--parallel", type=int, default=1)
    p.add_argument("--threads", type=int, default=-1)
    p.add_argument("--threads-batch", type=int, default=-1)
    p.add_argument("--threads-http", type=int, default=-1)
    p.add_argument("--batch-size", type=int, default=2048)
    p.add_argument("--ubatch-size", type=int, default=512)
    p.add_argument("--cache-ram", type=int, default=8192)
    p.add_argument("--ctx-checkpoints", type=int, default=32)
    p.add_argument("--slot-prompt-similarity", type=float, default=0.1)
    p.add_argument("--slot-save-path", type=folder)
    p.add_argument("--sse-ping-interval", type=int, default=30)
    p.add_argument("--flash-attn", choices=("on", "off", "auto"), default="auto")
    p.add_argument("--kv-unified", action=argparse.BooleanOptionalAction, default=False)
    p.add_argument("--cache-idle-slots", action=argparse.BooleanOptionalAction, default=True)
    p.add_argument("--warmup", action=argparse.BooleanOptionalAction, default=True)
    p.add_argument("--slots", action=argparse.BooleanOptionalAction, default=True)
    p.add_argument("--webui", action=argparse.BooleanOptionalAction, default=False)
    p.add_argument("--metrics", action="store_true")
    p.add_argument("--offline", action="store_true")
    arguments = p.parse_args(argv)
    if arguments.webui:
        p.error("--webui: this engine has no web interface")
    if not arguments.version and not (arguments.model and arguments.host):
        p.error("--model FILE and --host SOCKET are needed")
    return arguments


def parameters(xllamacpp, a):
    p = xllamacpp.CommonParams()
    p.model.path = a.model
    p.hostnames = [a.host]
    if a.alias:
        p.model_alias = {a.alias}
    p.n_ctx, p.n_parallel = a.ctx_size, a.parallel
    p.cpuparams.n_threads = a.threads
    p.cpuparams_batch.n_threads = a.threads if a.threads_batch < 0 else a.threads_batch
    p.n_threads_http = a.threads_http
    p.n_batch, p.n_ubatch = a.batch_size, a.ubatch_size
    p.cache_ram_mib, p.cache_idle_slots, p.n_ctx_checkpoints = a.cache_ram, a.cache_idle_slots, a.ctx_checkpoints
    p.slot_prompt_similarity, p.slot_save_path = a.slot_prompt_similarity, a.slot_save_path or ""
    p.sse_ping_interval = a.sse_ping_interval
    p.flash_attn_type = xllamacpp.llama_flash_attn_type(("auto", "off", "on").index(a.flash_attn) - 1)
    p.kv_unified, p.warmup, p.endpoint_slots, p.endpoint_metrics = a.kv_unified, a.warmup, a.slots, a.metrics
    p.ui, p.offline = False, True
    return p


def main():
    # The default action of both ends the process at once, also in the middle of a load, when Python runs no handler.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    arguments = parse(sys.argv[1:])
    import xllamacpp  # after parsing: it takes 0.1 s

    if arguments.version:
        print(f"xllamacpp {xllamacpp.__version__}")
        return
    if not os.access(arguments.model, os.R_OK):
        print(f"llama-server (xllamacpp): cannot read the model {arguments.model}", file=sys.stderr)
        sys.exit(EX_UNAVAILABLE)
    try:
        server = xllamacpp.Server(parameters(xllamacpp, arguments))
    except Exception as error:  # llama.cpp has said more on standard error
        print(f"llama-server (xllamacpp): {error}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(EX_UNAVAILABLE)  # its threads may still be running
    print(f"llama-server (xllamacpp): listening on {server.listening_address}", file=sys.stderr)
    while True:
        signal.pause()


main()

"""Manual pages out of what the programs say of themselves.

    manpages.py OUT DATE VERSION HELP.json ...

HELP.json is the output of PROGRAM --experimental-dump-help (swift-argument-parser). One page for each program, and one for each group of
commands: holdfast(1), holdfast-model(1), …
"""

import json
import os
import sys

SECTION = {"holdfastd": "8"}


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def shown(command):
    return [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]


def flag(name):
    return {"short": "-", "long": "--", "longWithSingleDash": "-"}[name["kind"]] + name["name"]


def synopsis(path, command):
    words = [f"\\fB{roff(path)}\\fR"]
    for argument in shown(command):
        value = f"\\fI{roff(argument.get('valueName', 'value'))}\\fR"
        if argument["kind"] == "positional":
            word = value
        else:
            word = f"\\fB{roff(flag(argument['preferredName']))}\\fR" + (f" {value}" if argument["kind"] == "option" else "")
        words.append((f"[{word}]" if argument.get("isOptional") else word) + ("..." if argument.get("isRepeating") else ""))
    return " ".join(words)


def description(command):
    parts = [command.get("abstract", ""), command.get("discussion", "")]
    return "\n.PP\n".join(roff(part).replace("\n\n", "\n.PP\n") for part in parts if part)


def options(command):
    lines = []
    for argument in shown(command):
        if not argument.get("abstract"):
            continue
        names = [flag(name) for name in argument.get("names", [])] or [argument.get("valueName", "value")]
        value = f" \\fI{roff(argument.get('valueName', 'value'))}\\fR" if argument["kind"] == "option" else ""
        default = f" (default: {argument['defaultValue']})" if argument.get("defaultValue") else ""
        lines += [".TP", ", ".join(f"\\fB{roff(name)}\\fR" for name in names) + value, roff(argument["abstract"] + default)]
    return lines


def verbs(command):
    return [verb for verb in command.get("subcommands", []) if verb["commandName"] != "help" and verb.get("shouldDisplay", True)]


def inner(path, command):
    """A command and those beneath it, as subsections of its group's page."""
    lines = [f'.SS "{roff(path)}"', synopsis(path, command), ".PP", description(command), *options(command)]
    for verb in verbs(command):
        lines += inner(f"{path} {verb['commandName']}", verb)
    return lines


def page(path, command, date, version, others):
    name = path.replace(" ", "-")
    section = SECTION.get(name, "1")
    lines = [f'.TH {name.upper()} {section} "{date}" "Holdfast {version}" "Holdfast"', ".SH NAME",
             f"{roff(name)} \\- {roff(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS", synopsis(path, command),
             ".SH DESCRIPTION", description(command)]
    if shown(command):
        lines += [".SH OPTIONS", *options(command)]
    if verbs(command):
        lines.append(".SH COMMANDS")
        for verb in verbs(command):
            if path == "holdfast":
                lines += [".TP", f"\\fB{roff(name + '-' + verb['commandName'])}\\fR(1)", roff(verb.get("abstract", ""))]
            else:
                lines += inner(f"{path} {verb['commandName']}", verb)
    lines += [".SH FILES", "/usr/share/doc/holdfast: operations.md, configuration.md, exit\\-codes.md", ".SH SEE ALSO",
              ", ".join(f"\\fB{roff(other)}\\fR({SECTION.get(other, '1')})" for other in others if other != name)]
    return f"{name}.{section}", "\n".join(lines) + "\n"


# What has no help of its own to dump.
PLAIN = {
    "holdfast-confine": ("shuts an inference engine in and becomes it",
                         "Started by holdfastd, or by systemd for holdfast-engine@.service, never by hand: it gives up what an engine does not "
                         "need (Landlock, a filter on system calls, limits), and then runs the engine. /usr/share/doc/holdfast/confinement.md "
                         "says what is left."),
    "holdfast-check-gguf": ("reads a model file to its last byte, confined",
                            "Started by holdfastd before an engine maps a model's file. It has no rights beyond that file."),
}


def main(out, date, version, *dumps):
    pages = []
    for dump in dumps:
        with open(dump, encoding="utf-8") as file:
            program = json.load(file)["command"]
        pages.append((program["commandName"], program))
        if program["commandName"] == "holdfast":
            pages += [(f"holdfast {verb['commandName']}", verb) for verb in verbs(program)]
    pages += [(name, {"abstract": abstract, "discussion": text}) for name, (abstract, text) in PLAIN.items()]
    programs = ["holdfast", "holdfastd", *PLAIN]
    for path, command in pages:
        name, text = page(path, command, date, version, programs)
        with open(os.path.join(out, name), "w", encoding="utf-8") as file:
            file.write(text)


main(*sys.argv[1:])

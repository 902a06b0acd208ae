"""Checks that documents point at things that exist.

Every relative link in a Markdown file must lead to a file, and its #anchor to a heading there. Every path of this
repository that is written in `code` must exist too: `scripts/setup`, `policies/*.yaml` (at least one). Paths with
placeholders (NNNN, <name>, …) and words that are no path of ours are left alone.
"""

import glob
import os
import re
import sys

DOCUMENTS = ["*.md", "docs/**/*.md", "policies/*.md", "systemd/*.md", "Benchmarks/*.md"]
# A path counts as ours when it starts like this.
OURS = re.compile(r"(Sources|Tests|Benchmarks|docs|scripts|policies|migrations|systemd|packaging|\.ci)/|"
                  r"(README|CONTRIBUTING|SECURITY|CHANGELOG)\.md$|Makefile$|Package\.swift$")
PLACEHOLDER = re.compile(r"[<>…$]|\bN{3,}|\bNAME\b|\bX{2,}\b")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)


def anchors(path):
    """The anchors that GitHub makes from the headings of a file."""
    text = FENCE.sub("", open(path, encoding="utf-8").read())
    seen, found = {}, set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", text, re.M):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\]\([^)]*\)", "", heading).lower()).replace(" ", "-")
        found.add(slug + (f"-{seen[slug]}" if slug in seen else ""))
        seen[slug] = seen.get(slug, 0) + 1
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def link_problem(document, target):
    path, _, anchor = target.partition("#")
    file = os.path.normpath(os.path.join(os.path.dirname(document), path)) if path else document
    if not os.path.exists(file):
        return f"the link {target} leads nowhere"
    if anchor and file.endswith(".md") and anchor not in anchors(file):
        return f"{file} has no heading #{anchor}"


def path_problem(document, word):
    word = re.sub(r"(:\d+(-\d+)?|[.,;:])$", "", word)
    if not OURS.match(word) or PLACEHOLDER.search(word):
        return None
    brace = re.match(r"(.*)\{([^}]*)\}(.*)", word)
    words = [brace[1] + part + brace[3] for part in brace[2].split(",")] if brace else [word]
    for place in words:
        if not any(glob.glob(os.path.join(base, place)) for base in (".", os.path.dirname(document) or ".")):
            return f"`{place}` does not exist"


def problems(document):
    text = open(document, encoding="utf-8").read()
    prose = FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(prose.splitlines(), 1):
        code = re.findall(r"`([^`]+)`", line)
        for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", re.sub(r"`[^`]*`", "", line)):
            if not re.match(r"[a-z]+:", target):
                yield number, link_problem(document, target)
        for word in " ".join(code).split():
            yield number, path_problem(document, word)


def main():
    documents = sorted({path for pattern in DOCUMENTS for path in glob.glob(pattern, recursive=True)})
    bad = [f"{d}:{n}: {what}" for d in documents for n, what in problems(d) if what]
    print("\n".join(bad), end="\n" if bad else "", file=sys.stderr)
    sys.exit(1 if bad else 0)


main()

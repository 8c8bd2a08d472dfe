"""Writes goldens of the chat template interpreter with the real Jinja2 (3.1.6) as oracle.

Usage: python make_template_goldens.py ../resources/template/goldens.jsonl.gz

The environment is the one transformers renders chat templates with. A line holds a template, its data and either the
text Jinja2 gave or the error it raised; the first line holds the data of all lines that have none. Templates of our own writing only. Renders that
print an address of a Python object are left out.
"""

import datetime
import gzip
import json
import sys

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from template_cases import CASES, DATA


class Generation(jinja2.ext.Extension):
    """The generation block: a call block that gives its text back."""

    tags = {"generation"}

    def parse(self, parser):
        lineno = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("_support")
        return jinja2.nodes.CallBlock(call, [], [], body).set_lineno(lineno)

    @jinja2.pass_eval_context
    def _support(self, context, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(
            x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    def strftime_now(format):
        return datetime.datetime(2026, 11, 22, 14, 5, 9, 123456).strftime(format)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = strftime_now
    return env


def main():
    env = environment()
    lines = [{"data": DATA}]
    for number, case in enumerate(CASES):
        template, data = case if isinstance(case, tuple) else (case, DATA)
        line = {"name": f"golden-{number}", "template": template}
        if data is not DATA:
            line["data"] = data
        try:
            line["expected"] = env.from_string(template).render(**data)
        except Exception as error:
            line["error"] = f"{type(error).__name__}: {error}"
        if " at 0x" not in line.get("expected", ""):
            lines.append(line)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    with open(sys.argv[1], "wb") as out:
        out.write(gzip.compress(text.encode(), mtime=0))
    print(f"{len(lines) - 1} goldens, {sum('error' in line for line in lines)} of them errors")


if __name__ == "__main__":
    main()

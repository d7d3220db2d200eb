"""Macros: a template as the HTML that it could write, read and not run, so that a page is judged before it is shown.

All branches stay, what only the running page knows becomes `UNSURE`, and every line keeps its number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from privacy_center.places import Folder, files

UNSURE = "\N{REPLACEMENT CHARACTER}"
"""In place of a value that only the running page knows."""

DEEPEST = 8
"""Macros within macros; ours use three."""

UNREAD = re.compile(r"\{#.*?#\}|<svg.*?</svg>", re.DOTALL)
"""Remarks and pictures ask nobody anything."""
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\((.*?)\)\s*-?%\}(.*?)\{%-?\s*endmacro\s*-?%\}", re.DOTALL)
CALL = re.compile(r"\{\{-?\s*(?:\w+\.)?(\w+)\((.*?)\)\s*-?\}\}", re.DOTALL)
BLOCK = re.compile(r"\{%.*?%\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
ARGUMENT = re.compile(r"""(?:[^,"'(\[{]|"[^"]*"|'[^']*'|\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\})+""")
KEYWORD = re.compile(r"(\w+)\s*=(?!=)\s*(.*)", re.DOTALL)
LITERAL = re.compile(r"""["']([^"']*)["']""")

FIELDS = {"line": "", "area": "", "pick": "", "code": "code", "place_field": "place"}
"""Macros of macros.html that write one field, with its name where it is always the same; without `optional=true` it is
required."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A part that pages share: its parameters, each with its default, and its text."""

    parameters: Mapping[str, str]
    text: str


Macros = Mapping[str, Macro]


def of(text: str) -> dict[str, Macro]:
    """The macros that a template defines."""
    found = MACRO.finditer(UNREAD.sub("", text))
    return {name: Macro(dict(_parameters(given)), body) for name, given, body in (match.groups() for match in found)}


def shared(folder: Folder) -> dict[str, Macro]:
    """Every macro under a folder, by its name."""
    texts = [path.read_text(encoding="utf-8") for path in files(folder, "**/*.html").values()]
    return {name: macro for text in texts for name, macro in of(text).items()}


def written_out(text: str, macros: Macros) -> str:
    """A template's text as HTML alone, on the same lines; what it defines itself comes before what is shared.

    What a macro writes is judged where it is called and also where it stands: somebody may call it one day.
    """
    known, text = {**macros, **of(text)}, UNREAD.sub(_lines, text)
    for _ in range(DEEPEST):
        before, text = text, CALL.sub(lambda call: _written(call, known), text)
        if text == before:
            break
    return VALUE.sub(lambda value: UNSURE + _lines(value), BLOCK.sub(lambda block: " " + _lines(block), text))


def _written(call: re.Match[str], known: Macros) -> str:
    name, given = call[1], dict(_bound(call[2]))
    if name in FIELDS:
        return _field(given, FIELDS[name]) + _lines(call)
    macro = known.get(name)
    if macro is None:
        return call[0]
    return _filled(macro, given).replace("\n", " ") + _lines(call)


def _field(given: Mapping[str, str], own: str) -> str:
    name = LITERAL.fullmatch(given.get("0", given.get("name", "")))
    required = "" if given.get("optional", "").casefold() == "true" else " required"
    return f'<input name="{own or (name[1] if name else UNSURE)}"{required}>'


def _filled(macro: Macro, given: Mapping[str, str]) -> str:
    """The macro's text; a parameter that was given as a plain word is that word."""
    text = macro.text
    for place, (name, default) in enumerate(macro.parameters.items()):
        if word := LITERAL.fullmatch(given.get(name, given.get(str(place), default)).strip()):
            text = re.sub(rf"\{{\{{-?\s*{name}\s*-?\}}\}}", word[1].replace("\\", ""), text)
    return text


def _parameters(given: str) -> Iterator[tuple[str, str]]:
    for part in ARGUMENT.findall(given):
        name, _, default = part.partition("=")
        yield name.strip(), default.strip()


def _bound(given: str) -> Iterator[tuple[str, str]]:
    """What a call gives, by the parameter's name or its place."""
    for place, part in enumerate(ARGUMENT.findall(given)):
        named = KEYWORD.fullmatch(part.strip())
        yield (named[1], named[2].strip()) if named else (str(place), part.strip())


def _lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")

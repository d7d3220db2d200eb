"""Pages of an installation's own: whether each could be shown where the house shows its page, and is said whole."""

from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, meta

from privacy_center import catalogues
from privacy_center.catalogues import ENGLISH, SOURCE
from privacy_center.installation import Installation
from privacy_center.mailroom import names
from privacy_center.places import Layers, files
from privacy_center.web.pages import environment

ENDING = ".html"
LAYOUT = "layout.html"
DESK = "desk/"
"""Pages that speak English alone."""


def faults(here: Installation) -> list[str]:
    """One line for each thing that an own page cannot know or do, with file and line."""
    if not isinstance(here.templates, Layers):
        return []
    reader = environment(here.templates, ENGLISH, here)
    ours = {
        name: names.asked(reader, path.read_text(encoding="utf-8"))
        for name, path in files(here.templates.ours, f"**/*{ENDING}").items()
    }
    return [
        f"templates/{name}:{line}"
        for name, path in files(here.templates.own, f"**/*{ENDING}").items()
        for line in _faults(name, path.read_text(encoding="utf-8"), here.templates, ours, reader)
    ]


def _faults(name: str, text: str, folder: Layers, ours: names.Asked, reader: Environment) -> Iterator[str]:
    try:
        own = names.asked(reader, text)
    except TemplateSyntaxError as error:
        yield f"{error.lineno}: {error.message}"
        return
    yield from names.filters(reader, reader.parse(text))
    house = names.everything(ours.values())
    given = ours[name] | ours[LAYOUT] if name in ours else house
    for asked in names.unknown(own, given=given, house=house):
        yield f"{names.line(text, asked)}: asks for {asked}, which this page is never told"
    for other in meta.find_referenced_templates(reader.parse(text)):
        if other is not None and not (folder / other).is_file():
            yield f"{names.line(text, other)}: names {other}, which is no template"


def doubts(here: Installation) -> list[str]:
    """Words of own pages that would stay English in one of the languages of the pages."""
    if not isinstance(here.templates, Layers):
        return []
    reader = environment(here.templates, ENGLISH, here)
    tongues = catalogues.of(here.templates / "languages", here.page_languages, here.words)
    return [
        f"templates/{name}:{line}: “{said}” is not said in {code}: translate it under [words.{code}]"
        for name, path in files(here.templates.own, f"**/*{ENDING}").items()
        if not name.startswith(DESK)
        for line, _, said in reader.extract_translations(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
        for code, tongue in tongues.items()
        if code != SOURCE and isinstance(said, str) and said and tongue.one(said) == said
    ]

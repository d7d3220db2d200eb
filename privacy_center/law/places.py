"""Places: where people live, as ISO 3166 codes, with the names that people use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from privacy_center.law import holidays
from privacy_center.law.tables import Table, read
from privacy_center.phrases import Phrase
from privacy_center.places import Folder

OTHER = "other"
"""Another country or region, or a person who will not say."""

CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")


class UnknownPlace(Exception):
    """This is no code of ISO 3166."""


@dataclass(frozen=True, slots=True)
class Places:
    """Countries and the subdivisions that a law of their own protects."""

    names: Mapping[str, str]

    def parse(self, typed: str) -> str:
        """A code as typed, in its usual form. Raises UnknownPlace."""
        text = typed.strip()
        if text.casefold() == OTHER:
            return OTHER
        code = text.upper()
        if code not in self.names and not self._is_subdivision(code):
            raise UnknownPlace(typed)
        return code

    def name(self, code: str) -> str:
        """What people call it."""
        if code in self.names:
            return self.names[code]
        country = code.partition("-")[0]
        return Phrase("{country} ({code})", country=self.names[country], code=code) if country in self.names else code

    def _is_subdivision(self, code: str) -> bool:
        match = CODE.fullmatch(code)
        return bool(match and match[2] and match[1] in self.names and match[2] in holidays.subdivisions(match[1]))


def load(path: Folder) -> Places:
    """Countries by their CLDR names without what is no country, and the subdivisions of the file."""
    table = Table(read(path), path.name)
    no_country = set(table.texts("no_country"))
    territories = {
        code: Phrase(str(name))
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in no_country
    }
    names = {code: Phrase(name) for code, name in table.words("names").items()}
    parts = {code: _part(name) for code, name in table.words("subdivisions").items()}
    named = territories | names | parts
    table.done()
    ordered = dict(sorted(named.items(), key=lambda item: item[1]))
    return Places(ordered | {OTHER: Phrase("Another country or region")})


def _part(name: str) -> Phrase:
    """`Texas, United States`: the part keeps its name, the country has one in each language."""
    part, _, country = name.rpartition(", ")
    return Phrase("{part}, {country}", part=part, country=Phrase(country))

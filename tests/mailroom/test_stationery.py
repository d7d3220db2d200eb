"""Stationery: what a letter file may say, and what no value can make it say."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from privacy_center.mailroom import stationery
from privacy_center.mailroom.stationery import Stationery


def paper(folder: Path, languages: tuple[str, ...] = ("en",), **files: str) -> Stationery:
    """Stationery with these letters; `de_hello` is the letter `hello` in German."""
    for name, text in files.items():
        language, _, kind = name.partition("_")
        (folder / language).mkdir(exist_ok=True)
        (folder / language / f"{kind}.txt").write_text(text, encoding="utf-8")
    return Stationery(folder, languages)


def test_the_first_line_is_the_subject_and_the_rest_the_body(tmp_path: Path) -> None:
    written = paper(tmp_path, en_hello="Hello {{ name }}\n\nDear {{ name }},\n\n\n\nbye\n").write(
        "hello", language="en", context={"name": "Ada"}
    )
    assert written == stationery.Written("Hello Ada", "Dear Ada,\n\nbye\n")


def test_no_value_breaks_out_of_the_subject(tmp_path: Path) -> None:
    letters = paper(tmp_path, en_hello="Hello {{ name }}\nbody\n")
    written = letters.write("hello", language="en", context={"name": "Ada\r\rBcc: all@shop.example"})
    assert "\r" not in written.subject
    assert "\n" not in written.subject


def test_marks_are_found_and_filled(tmp_path: Path) -> None:
    body = (
        paper(tmp_path, en_hello="Hello\n\n[[link:verify]]\n\nCode: [[code]]\n")
        .write("hello", language="en", context={})
        .body
    )
    assert stationery.marks(body) == {"link:verify", "code"}
    assert stationery.fill(body, {"link:verify": "https://x.example/1", "code": "123456"}) == (
        "https://x.example/1\n\nCode: 123456\n"
    )
    assert stationery.readable(body) == "[[link:verify]]\n\nCode: [[code]]\n"


@pytest.mark.parametrize("words", ["[[code]]", "[[link:verify]]", f"{stationery.OPEN}code{stationery.CLOSE}"])
def test_words_that_look_like_a_mark_stay_words(tmp_path: Path, words: str) -> None:
    letters = paper(tmp_path, en_hello="Hello\n\n[{{ words }}]\n{{ words }}\n")
    body = letters.write("hello", language="en", context={"words": words}).body
    assert stationery.marks(body) == frozenset()
    assert stationery.fill(body, {}) == body


def test_words_that_look_like_a_template_stay_words(tmp_path: Path) -> None:
    letters = paper(tmp_path, en_hello="Hello\n\n{{ words }}\n")
    assert letters.write("hello", language="en", context={"words": "{{ 7 * 7 }}"}).body == "{{ 7 * 7 }}\n"


def test_a_missing_word_stops_the_letter(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        paper(tmp_path, en_hello="Hello\n\n{{ nobody }}\n").write("hello", language="en", context={})


def test_the_first_language_stands_in(tmp_path: Path) -> None:
    letters = paper(tmp_path, ("en", "de"), en_hello="Hello\nbody\n", en_bye="Bye\nbody\n", de_hello="Hallo\nText\n")
    assert letters.write("hello", language="de", context={}).subject == "Hallo"
    assert letters.write("bye", language="de", context={}).subject == "Bye"
    assert letters.write("bye", language="tlh", context={}).subject == "Bye"


def test_check_names_each_fault_with_its_file(tmp_path: Path) -> None:
    letters = paper(
        tmp_path, ("en", "de"), en_hello="\nbody\n", en_old="Old\nbody\n", en_bad="Bad\n{% if %}\n", de_hello="Hallo\n"
    )
    faults = stationery.check(letters, {"hello", "bad"}, ("en", "de"))
    assert [line.partition(str(tmp_path))[2] for line in faults] == [
        "/en/bad.txt:2: Expected an expression, got 'end of statement block'",
        "/en/hello.txt:1: the first line is the subject and must not be empty",
        "/en/old.txt: no step sends a letter of this name",
        "/de/bad.txt is missing",
    ]


def test_a_letter_says_in_a_comment_what_it_carries(tmp_path: Path) -> None:
    letters = paper(tmp_path, en_answer="Yours\n{# carries: outcome,\n reasons #}\nyes\n", en_plain="Hello\n\nyes\n")
    assert letters.carries("answer", "en") == {"outcome", "reasons"}
    assert letters.write("answer", language="en", context={}) == stationery.Written("Yours", "yes\n")
    assert letters.carries("plain", "en") == frozenset()


def test_a_letter_that_lacks_what_a_law_demands_is_named_with_its_line(tmp_path: Path) -> None:
    letters = paper(tmp_path, en_answer="Yours\n\n{# carries: outcome, joy #}\nyes\n", en_plain="Hello\n\nyes\n")
    contents = {"outcome": frozenset({"answer", "plain"}), "reasons": frozenset({"answer", "gone"})}
    found = stationery.check_contents(letters, contents, ("en",))
    assert found == [
        "letters/en/answer.txt:3: does not carry reasons, which workflows/answers/contents.toml demands of it",
        "letters/en/gone.txt: is missing, though reasons must stand there",
        "letters/en/plain.txt:1: does not carry outcome, which workflows/answers/contents.toml demands of it",
        "letters/en/answer.txt:3: carries joy, which workflows/answers/contents.toml does not know",
    ]

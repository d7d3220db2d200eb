"""Names: what a template asks its context for, so that one of an installation's own is judged before it is needed."""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import Environment, meta, nodes

Asked = Mapping[str, frozenset[str]]
"""What each template of a folder asks for."""


def asked(environment: Environment, text: str) -> frozenset[str]:
    """Every name that a template leaves to its context, and what it takes from one: `case`, `case.reference`.

    Raises TemplateSyntaxError.
    """
    tree = environment.parse(text)
    free = meta.find_undeclared_variables(tree) - set(environment.globals)
    taken = ((each.node, each.attr) for each in tree.find_all(nodes.Getattr))
    return frozenset(free) | {
        f"{of.name}.{what}" for of, what in taken if isinstance(of, nodes.Name) and of.name in free
    }


def everything(templates: Iterable[frozenset[str]]) -> frozenset[str]:
    """What any of these templates asks for."""
    return frozenset().union(*templates)


def unknown(own: frozenset[str], *, given: frozenset[str], house: frozenset[str]) -> list[str]:
    """What a template asks for and nobody would tell it: plain names must be among those given, what is taken from
    them is known to some template of the house."""
    return sorted(name for name in own if name not in (house if "." in name else given))


def filters(environment: Environment, tree: nodes.Template) -> Iterator[str]:
    """Each filter and test that does not exist, with its line: Jinja itself says so only where it comes to one."""
    for each in tree.find_all((nodes.Filter, nodes.Test)):
        word, known = ("filter", environment.filters) if isinstance(each, nodes.Filter) else ("test", environment.tests)
        if each.name not in known:
            yield f"{each.lineno}: no {word} is called {each.name}"


def line(text: str, name: str) -> int:
    """The line on which a template says this first."""
    return text.count("\n", 0, max(0, text.find(name))) + 1

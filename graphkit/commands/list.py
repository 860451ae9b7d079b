"""graphkit list: what there is."""

import click

from graphkit.commands._shared import printed
from graphkit.printing import print_table


@printed
@click.command("list")
@click.argument("kind", type=click.Choice(["loaders", "analyses", "queries", "views", "exports"]), required=False)
def command(kind: str | None, form: str, limit: int | None) -> None:
    """List what there is: loaders, analyses, queries, views, exports.

    \b
    Examples:
      graphkit list
      graphkit list analyses --json
    """
    import pandas as pd

    rows = [row for each, rows in _LISTED.items() if kind in (None, each) for row in rows()]
    print_table(pd.DataFrame(rows, columns=["kind", "name", "summary", "summary_zh"]), form, limit)


def _listed_loaders() -> list[tuple[str, str, str, str]]:
    from graphkit.shelf import loaders

    return [("loader", each.name, each.summary, "") for each in loaders().values()]


def _listed_analyses() -> list[tuple[str, str, str, str]]:
    from graphkit.analysis import analyses

    return [("analysis", each.name, each.question, each.question_zh) for each in analyses().values()]


def _listed_queries() -> list[tuple[str, str, str, str]]:
    from graphkit.shelf import queries

    return [("query", each.name, each.question, each.question_zh) for each in queries().values()]


def _listed_views() -> list[tuple[str, str, str, str]]:
    from graphkit.view import views

    return [("view", each.name, each.title, each.title_zh) for each in views().values()]


def _listed_exports() -> list[tuple[str, str, str, str]]:
    from graphkit.export import exports

    return [("export", each.name, each.title, each.title_zh) for each in exports().values()]


_LISTED = {
    "loaders": _listed_loaders,
    "analyses": _listed_analyses,
    "queries": _listed_queries,
    "views": _listed_views,
    "exports": _listed_exports,
}

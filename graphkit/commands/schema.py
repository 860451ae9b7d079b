"""graphkit schema: the vocabulary."""

import click

from graphkit.commands._shared import printed
from graphkit.errors import UsageError
from graphkit.printing import print_table


@printed
@click.command("schema")
@click.argument("name", required=False)
def command(name: str | None, form: str, limit: int | None) -> None:
    """Print the vocabulary: every label and tie with its properties.

    \b
    Examples:
      graphkit schema
      graphkit schema Organisation
    """
    import pandas as pd

    from graphkit import schema as vocabulary

    kinds = {**vocabulary.NODES, **vocabulary.TIES}
    if name is not None and name not in kinds:
        raise UsageError(f"no label or tie {name!r}; there are: {', '.join(kinds)}")
    rows = [
        (kind, str(vars(declared).get("zh")), p.name, p.type, p.sentence, ", ".join(p.allowed or ()))
        for kind, declared in kinds.items()
        if name in (None, kind)
        for p in vocabulary.properties(declared)
    ]
    print_table(pd.DataFrame(rows, columns=["kind", "zh", "property", "type", "meaning", "values"]), form, limit)

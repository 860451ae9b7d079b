"""No damaged input makes a loader crash or hang; the campaign with 10,000 for each is benchmarks/mutations.py."""

from pathlib import Path

import pytest
from mutations import seeds, survived

from graphkit.loading import Load
from graphkit.shelf import loaders


def test_every_loader_that_reads_anything_has_seeds() -> None:
    reading = {name for name, loader in loaders().items() if any(argument.required for argument in loader.arguments)}
    assert reading == set(seeds())


@pytest.mark.parametrize("loader", sorted(seeds()))
def test_damaged_inputs_give_rejects_or_a_sentence(loader: str, tmp_path: Path) -> None:
    found = [survived(loader, number, tmp_path) for number in range(150)]
    loaded = [outcome for outcome in found if isinstance(outcome, Load)]
    assert 5 < len(loaded) < 150, "damage is neither always fatal nor always harmless"
    assert any(outcome.rejects for outcome in loaded)

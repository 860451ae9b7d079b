"""XML bombs, entity files, zip bombs and path traversals are each refused with a sentence, and leave nothing behind."""

from pathlib import Path

import pytest
from bombs import PACKED, XML, Bomb

from graphkit.errors import GraphkitError
from graphkit.shelf import find_loader


def test_there_are_twenty_of_each_kind() -> None:
    assert len(XML) >= 20
    assert len(PACKED) >= 20


@pytest.mark.parametrize("bomb", [*XML, *PACKED], ids=lambda bomb: bomb.what)
def test_it_is_refused_with_a_sentence(tmp_path: Path, bomb: Bomb) -> None:
    path = tmp_path / bomb.file
    bomb.make(path)
    there = sorted(tmp_path.iterdir())
    with pytest.raises(GraphkitError) as refused:
        list(find_loader(bomb.loader).load(path))
    assert str(path) in str(refused.value)
    assert bomb.says in str(refused.value)
    assert sorted(tmp_path.iterdir()) == there, "nothing is unpacked to the disk"

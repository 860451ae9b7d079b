"""200 files with one fault each, over all loaders: every fault is reported with its file, line, column and value."""

from pathlib import Path

from bad_files import made
from mutations import NoStore

from graphkit import loading
from graphkit.shelf import find_loader


def test_every_fault_is_reported_where_it_is(tmp_path: Path) -> None:
    missed = []
    for number in range(200):
        fault = made(number)
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, data in fault.files.items():
            (folder / name).write_bytes(data)
        options = {option: folder / name for option, name in fault.options.items()}
        records = find_loader(fault.loader).load(folder / fault.target, **options)
        outcome = loading.load(NoStore(), fault.loader, records, dry_run=True)  # type: ignore[arg-type]
        found = [(r.file, r.line, r.column, r.value) for r in outcome.rejects]
        if (fault.file, fault.line, fault.column, fault.value) not in found:
            missed.append(((number, fault.file, fault.line, fault.column, fault.value), found[:3]))
        assert outcome.rows_in > outcome.rejected, "the good rows are loaded"
    assert not missed

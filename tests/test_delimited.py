"""Both ways of splitting text into records give the same: the quick one for clean blocks, the careful one for any."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphkit.formats import delimited
from graphkit.formats.decoding import decoded

name = pytest.mark.parametrize
ENDS = st.sampled_from(["\n", "\r\n"])
WILD = st.text(st.sampled_from(';,\t"\r\n ab1ü'), max_size=40)


def every(lines: delimited.Lines) -> list[str]:
    """All the lines there are."""
    found = []
    while block := lines.block(len(found)):
        found += block
    return found


def carefully(block: list[str], separator: str, width: int) -> list[list[str]] | None:
    """What the careful way gives for a block, or None if any line of it is not a whole good record."""
    lines = delimited.Lines(iter([block]), suspect=False)
    found = list(delimited.careful(lines, 0, None, separator, width))
    good = len(found) == len(block) and all(not reason and len(cells) == width for *_, cells, reason in found)
    return [cells for _, _, _, cells, _ in found] if good else None


@settings(deadline=None, max_examples=600)
@given(text=WILD | st.lists(WILD).map("\n".join), separator=st.sampled_from(";,\t"), width=st.integers(1, 4))
@example(text='"\n"a"b"', separator=";", width=1)  # as many quotes as two quoted values have
@example(text='"a";"b"\n"c";"d', separator=";", width=2)
@example(text="a;b\n;", separator=";", width=2)
@example(text='a;"b\nc";d', separator=";", width=2)
@example(text="a\rb;c", separator=";", width=2)
@example(text="\x00;a", separator=";", width=2)
def test_what_is_quick_is_the_same(text: str, separator: str, width: int) -> None:
    block = every(delimited.Lines.of_text(text))
    quick = delimited.clean(block, separator, width)
    if block and quick is not None:
        assert quick == carefully(block, separator, width)


@settings(deadline=None, max_examples=200)
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
    separator=st.sampled_from(";,\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=ENDS,
)
def test_clean_tables_take_the_quick_way(rows: list[list[str]], separator: str, quoting: int, end: str) -> None:
    text = io.StringIO(newline="")
    # The first value keeps every row from being blank.
    rows = [["x" + row[0], *row[1:]] for row in rows]
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    assert delimited.clean(every(delimited.Lines.of_text(text.getvalue()))[:-1], separator, 3) == rows


@name("block", [["a;b", ""], ["a;b", " ; "], ["a;b", "c"], ["a;b", "c;d;e"], ["a;b", 'c;"d'], ["a;b", 'c;"d"e']])
def test_a_line_that_is_no_record_spoils_its_block(block: list[str]) -> None:
    assert delimited.clean(["a;b"] * 3, ";", 2) == [["a", "b"]] * 3
    assert delimited.clean(block, ";", 2) is None


@name(
    ("text", "lines"),
    [
        ("a\r\nb\nc\r\n\r\n", ["a", "b", "c", "", ""]),
        ("a\rb", ["a", "b"]),
        ("a\rb\nc", ["a\rb", "c"]),
        ("a\n\nb", ["a", "", "b"]),
        ("", [""]),
    ],
)
def test_lines_end_as_they_end(text: str, lines: list[str]) -> None:
    assert every(delimited.Lines.of_text(text)) == lines


def test_the_header_is_the_first_line_that_is_not_blank() -> None:
    assert delimited.Lines.of_text("\n;;\n \nid;name\n").first() == 3
    assert delimited.header("\n;;\nid;name;;\n1;2\n", ["id"]) == (";", ("id", "name"))
    assert delimited.header("\n;\t,\n", ["id"]) is None


@settings(deadline=None, max_examples=300)
@given(data=st.binary(max_size=60) | WILD.map(str.encode), piece=st.integers(1, 20))
@example(data=b"\xef\xbb\xbfa\r\n\nb\n", piece=1)
@example(data=b"a\rb\nc", piece=1)
@example(data=b"a\0b\n", piece=1)
@example(data=b"a\xc3\n\xbc", piece=1)
def test_lines_of_utf8_are_those_of_the_text(data: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphkit.formats.delimited._PIECE", piece)
        patch.setattr("graphkit.formats.delimited.BLOCK", piece % 3 + 1)
        found = delimited.Lines.of_utf8(data)
        if found is not None:
            text, encoding = decoded(data)
            whole = delimited.Lines.of_text(text)
            lines = every(whole)
            assert encoding == "utf-8"
            assert every(found) == (lines[:-1] if text.endswith("\n") else lines)  # nothing is no line
            assert found.suspect == (delimited.unreadable(text) is not None)


@name(("text", "odd"), [("plain\tü\r\n", None), ("a\x00b", "\x00"), ("\x7f", "\x7f"), ("\x1b[0m", "\x1b")])
def test_what_no_text_holds_is_seen(text: str, odd: str | None) -> None:
    assert delimited.unreadable(text) == odd
    found = delimited.Lines.of_utf8(b"\n" + b"x" * (1 << 17) + text.encode("utf-8"))
    assert found is not None
    assert found.suspect == (odd is not None)
    assert delimited.unreadable("a\udcffb") == "\udcff"

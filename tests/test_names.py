"""Names level what does not matter and keep what tells organisations apart; identifiers keep to their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.naming.names import identifier, levelled, normalised, taken_apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens AG", "SIEMENS Aktiengesellschaft"),
        ("Société Générale S.A.", "societe generale"),
        ("\uff21\uff22\uff22\u3000Ltd\uff0e", "ABB Limited"),  # full width
        ("Faberlic Sp. z o.o.", "FABERLIC SP ZOO"),
        ("Foo, spol. s r.o.", "Foo s. r. o."),
        ("Foo S.à r.l.", "FOO SARL"),
        ("Nokia Oyj", "Nokia"),
        ("Maersk A/S", "Mærsk"),
        ("Procter & Gamble Co.", "Procter and Gamble Company"),
        ("Lloyds Banking Group p.l.c.", "Lloyds Banking Group PLC"),
        ("The Coca-Cola Company", "Coca Cola"),
        ('\u041e\u041e\u041e "БАЗО"', "Базо \u043e\u043e\u043e"),  # OOO in Cyrillic
        ("復旦大學", "复旦大学"),
        ("華為技術有限公司", "华为技术"),
        ("財團法人國家實驗研究院", "国家实验研究院"),
        ("中国平安保险(集团)股份有限公司", "中国平安保险（集团）"),
    ],
)
def test_spelling_and_legal_form_do_not_matter(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国科学院昆明植物研究所", "中国科学院昆明动物研究所"),
        ("陕西延长石油有限责任公司", "陕西延长石油(集团)有限责任公司"),  # a group and its company are two bodies
        ("态创生物科技有限公司", "态创生物科技(广州)有限公司"),
        ("Blackstone Partners V L.P.", "Blackstone Partners VI L.P."),
        ("BNP Paribas Securities Services", "BNP Paribas"),
        ("University of York", "York University"),
        ("CCB International Holdings Limited", "CCB International Limited"),
    ],
)
def test_what_tells_them_apart_stays(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_legal_forms_are_named_in_one_way() -> None:
    # OJSC, OAO and JSC are one form: Russian law renames open companies into public ones and back.
    assert taken_apart("OJSC Gazprom") == taken_apart("Gazprom JSC") == taken_apart("OAO Gazprom")
    assert not taken_apart("Foo AG").may_be(taken_apart("Foo GmbH"))
    assert taken_apart("Foo").may_be(taken_apart("Foo GmbH"))
    assert taken_apart("ANO Iskusstvo").core == taken_apart("Iskusstvo LLC").core
    assert not taken_apart("ANO Iskusstvo").may_be(taken_apart("Iskusstvo LLC"))


@pytest.mark.parametrize("nothing", ["", "  ", "...", "（）"])
def test_a_name_without_letters_has_no_core(nothing: str) -> None:
    assert normalised(nothing) == ""


def test_a_name_that_is_only_a_legal_form_is_kept() -> None:
    assert [normalised(name) for name in ("GmbH", "有限公司", "S.A.")] == ["gmbh", "有限公司", "sa"]


@given(st.text(max_size=40))
def test_any_text_is_levelled(text: str) -> None:
    core = normalised(text)

    assert core == " ".join(core.split())
    assert normalised(f"  {text}  ") == core
    assert all(character.isalnum() or character == " " or ord(character) > 127 for character in levelled(text))


@given(st.text("abcdefgh ", max_size=30))
def test_case_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in text)

    assert normalised(text) == normalised(text.upper()) == normalised(wide)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ror.org/03cve4549", "ror:03cve4549"),  # Tsinghua University
        ("ror:03CVE4549", "ror:03cve4549"),
        ("03cve4549", "ror:03cve4549"),
        ("pic:999997930", "pic:999997930"),
        (" 999997930 ", "pic:999997930"),
        ("grid.12527.33", "grid:grid.12527.33"),
        ("grid:grid.12527.33", "grid:grid.12527.33"),
        ("91110000600037341L", "uscc:91110000600037341L"),
        ("uscc:91110000600037341l", "uscc:91110000600037341L"),
        ("统一社会信用代码：91110000600037341L", "uscc:91110000600037341L"),
        ("91110000600037341M", None),
        ("123456789", None),
        ("own:17", None),
        ("", None),
        ("Siemens AG", None),
    ],
)
def test_identifiers(text: str, expected: str | None) -> None:
    assert identifier(text) == expected


def test_every_wrong_character_of_a_ror_id_is_noticed() -> None:
    # The two check digits are the rest of a division by 97, a prime: no single exchange goes unseen.
    right = "03cve4549"
    for place in range(1, 9):
        for other in "0123456789" if place > 6 else "0123456789abcdefghjkmnpqrstvwxyz":
            if other != right[place]:
                assert identifier(right[:place] + other + right[place + 1 :]) is None


def test_a_name_that_looks_like_a_legal_form_is_not_lost_to_what_stands_in_brackets() -> None:
    assert normalised("SRL (Japan)") == "srl japan"
    assert normalised("公司（上海）") == "公司上海"
    # Brackets beside a name change nothing: the form goes.
    assert normalised("Foo (Japan) SRL") == normalised("Foo (Japan)") == "foo japan"
    assert normalised("华为（上海）有限公司") == "华为上海"

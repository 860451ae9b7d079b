"""What is said of a tested group, in English and in Chinese (孤岛的表述)."""

from collections.abc import Mapping
from typing import Any

from graphkit.bilingual import written
from graphkit.measures.strata import IN_WORDS, IN_WORDS_ZH
from graphkit.measures.verdicts import FOUND
from graphkit.terms import chinese


def in_english(row: Mapping[str, Any]) -> str:
    """Say a row of the analysis silos that has an external share and an expected one."""
    said, (q, odds, interval) = _shares(row), _numbers(row)
    many = "1 organisation" if row["members"] == 1 else f"{row['members']:,} organisations"
    parts = [
        f"{row['name']} · {many}: {said['external_share']} % of their ties leave the "
        f"group, {said['expected']} % would by chance (null range {said['expected_low']}-{said['expected_high']} %"
        f"{', ' + q if q else ''})"
    ]
    parts += [f"odds of staying inside {odds} times chance{interval}"] if odds else []
    parts += [_within(row)] if row["within_expected"] is not None else []
    parts += (
        [f"carried by {row['carried_by']} of its inner ties (in brackets: of all ties)"] if row["carried_by"] else []
    )
    parts += [f"doors (and their tie weight outside): {row['doors']}"] if row["doors"] else []
    parts += [_steady(row)] if row["verdict"] in FOUND and row["readings"] else []
    return "; ".join(parts) + f". Verdict: {row['verdict']}{' to tell' if row['verdict'] == 'too small' else ''}."


def in_chinese(row: Mapping[str, Any]) -> str:
    """Say in Chinese a row of the analysis silos that has an external share and an expected one."""
    said, (q, odds, interval) = _shares(row), _numbers(row)
    parts = [
        f"{chinese(row['name'])}（{row['members']:,}个主体）：{said['external_share']}% 的联系通向组外，"
        f"随机期望为 {said['expected']}%（零模型区间 {said['expected_low']}–{said['expected_high']}%"
        f"{'，' + q if q else ''}）"
    ]
    parts += [f"组内联系的优势比 {odds}{interval}"] if odds else []
    parts += [_within_zh(row)] if row["within_expected"] is not None else []
    parts += [f"主要来自 {row['carried_by']}（占组内联系，括号内为占全网联系）"] if row["carried_by"] else []
    parts += [f"门户（及其组外联系强度）：{row['doors']}"] if row["doors"] else []
    parts += [_steady_zh(row)] if row["verdict"] in FOUND and row["readings"] else []
    return "；".join(parts) + f"。判定：{chinese(row['verdict'])}。"


def _shares(row: Mapping[str, Any]) -> dict[str, str]:
    """Write the shares of ties in per cent."""
    return {name: f"{100 * row[name]:.3g}" for name in ("external_share", "expected", "expected_low", "expected_high")}


def _numbers(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write q, the odds ratio, and its interval; empty where there is none."""
    return (
        "" if row["q"] is None else f"q = {row['q']:.2g}",
        "" if row["effect"] is None else written(row["effect"], 3),
        "" if row["effect_low"] is None else f" ({written(row['effect_low'], 2)}-{written(row['effect_high'], 2)})",
    )


def _within(row: Mapping[str, Any]) -> str:
    """Say whether a group is closed within strata, too: `within_q` up to .05, whatever the rate of the verdicts."""
    words, said = IN_WORDS[row["stratified_by"]], f"{100 * row['within_expected']:.3g} % would leave by chance"
    if row["within_q"] is None:
        return f"within {words} {said}, too few seats to tell"
    holds = "it holds" if row["within_q"] <= 0.05 else "it does not hold"
    return f"within {words} {holds}: there {said}, q = {row['within_q']:.2g}"


def _within_zh(row: Mapping[str, Any]) -> str:
    words, said = IN_WORDS_ZH[row["stratified_by"]], f"随机期望为 {100 * row['within_expected']:.3g}%"
    if row["within_q"] is None:
        return f"按{words}分层：{said}，席位太少，无法判断"
    holds = "仍然成立" if row["within_q"] <= 0.05 else "不成立"
    return f"按{words}分层{holds}：{said}，q = {row['within_q']:.2g}"


def _steady(row: Mapping[str, Any]) -> str:
    """Say whether other readings of the data change a verdict."""
    if row["stability"] == "unstable":
        return f"unstable, for it is another one with {row['changes']}"
    return f"stable in {row['readings']} other readings of the data"


def _steady_zh(row: Mapping[str, Any]) -> str:
    if row["stability"] == "unstable":
        return f"不稳健，换一种处理方式结论改变（{chinese(row['changes'])}）"
    return f"稳健，{row['readings']}种其他处理方式下结论不变"

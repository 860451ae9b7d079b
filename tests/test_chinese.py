"""The Chinese report in Chromium: whoever opens it finds no English, but names of the data and of science."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from browser import chromium
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from graphkit import project as projects
from graphkit.analysis import analyses
from graphkit.naming.resolving import place
from graphkit.network import Network
from graphkit.schema import NODES, TIES
from graphkit.terms import TERMS, chinese, countries

# Proper names and signs that Chinese has no other word for. Whatever else is Latin must be the data's own.
ALLOWED = frozenset(
    """
    CSV PNG SVG CC BY SHA graphkit CORDIS ROR ISO NACE SQL AUC MRQAP HPRA KPP-Neg KPP-Pos ARI GLM PNAS PRE null
    Adamic-Adar Benjamini-Hochberg Burt Cypher Freeman Greenwood Jaccard Kaplan-Meier Katz Leiden Newman Rao-Stirling
    Salton Wilson E-I R-hat Enter Esc et al van log curveball networkx statsmodels econcomplex egor du
    """.split()  # noqa: SIM905
)
WORD = re.compile(r"[A-Za-z][A-Za-z_'-]*[A-Za-z]|(?<=[a-z] )[a-z](?= [a-z])")
# Commands and their options, files, and the signs of formulas.
CODE = re.compile(
    r"graphkit [a-z-]+( --[a-z-]+)*|--[a-z-]+|[\w/]+\.(csv|py)\b|\w+/\w+\.\w+|\b[A-Za-z]_[A-Za-z]{1,2}(?![A-Za-z])"
)
READ = """
const seen = new Map();
const put = (text, node) => {
  const said = (text ?? '').replace(/\\s+/g, ' ').trim();
  if (said && !seen.has(said)) seen.set(said, [node.closest('[id]')?.id ?? '', !!node.closest('.method, .lead')]);
};
const read = (root) => {
  for (const node of root.querySelectorAll('*')) {
    if (node.closest('code, pre, script, style, noscript, title, #language')) continue;
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) put(node.getAttribute(name), node);
    if ([...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) {
      const told = node.cloneNode(true);
      for (const code of told.querySelectorAll('code, pre, script, style')) code.replaceWith(' ');
      put(told.textContent, node);
    }
  }
};
const pages = (view) => view.querySelectorAll('.tablebar > button')[1];
for (let more; (more = document.querySelector('#report :not(figure) > button.more')); ) more.click();
read(document.documentElement);
for (const view of document.querySelectorAll('.tableview'))
  for (let n = 0; n < 15 && !pages(view).disabled; n++) {
    pages(view).click();
    read(view.querySelector('tbody'));
  }
return [...seen].map(([said, [where, method]]) => [said, where, method]);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


def names_of(net: Network, sources: pd.DataFrame) -> re.Pattern[str]:
    """Match every text of the data that has Latin letters, the longest first."""
    frames = (net.organisations, net.bodies, *net.tables.values(), sources)
    texts = {
        part
        for frame in frames
        for column in set(frame.columns) - {"kind", "label", "role", "stage", "level", "status", "evidence", "driver"}
        for value in frame[column]
        for part in (value if isinstance(value, tuple | list) else (value,))
        if isinstance(part, str) and re.search("[A-Za-z]", part) and part not in TERMS
    }
    texts |= {place(city).title() for city in net.organisations["city"].dropna()}  # levelled, as names are compared
    texts |= {row.rpartition(":")[0] for text in texts for row in text.split("; ") if ".csv:" in row}
    either = "|".join(re.escape(" ".join(text.split())) for text in sorted(texts, key=len, reverse=True))
    return re.compile(f"(?<![A-Za-z_])(?:{either})(?![A-Za-z_])")


def english(browser: webdriver.Chrome, file: Path, net: Network, sources: pd.DataFrame) -> dict[str, str]:
    """List the English words of a page that opens in Chinese, each with the first text that has it."""
    browser.get(file.as_uri())
    ready = "return document.documentElement.dataset.ready"
    WebDriverWait(browser, 10, poll_frequency=0.05).until(lambda b: b.execute_script(ready) == "true")
    assert browser.execute_script("return document.documentElement.lang") == "zh-Hans"
    data = names_of(net, sources)
    labels = {*NODES, *TIES}  # what a source must have is said by the names of the vocabulary
    options = {option.name for each in analyses().values() for option in each.options} | {"community", "labels"}
    found: dict[str, str] = {}
    for said, where, method in browser.execute_script(READ):
        rest = CODE.sub(" ", data.sub("§", said))
        for word in WORD.findall(rest):
            # A method names those whose it is, the options that it takes, and the signs of its formulas.
            own = method and (word[0].isupper() or word in options)
            if word not in ALLOWED and word not in labels and not own:
                found.setdefault(word, f"{where}: {rest}")
    return found


@pytest.mark.parametrize("source", ["sample", "zones"])
def test_no_english_in_the_chinese_report(
    browser: webdriver.Chrome, embedded_home: Path, tmp_path: Path, source: str
) -> None:
    file = tmp_path / "report.html"
    with projects.open(embedded_home) as project:
        project.clear()
        project.load(source)
        net, sources = project.network(), pd.DataFrame(project.status()["sources"])
        file.write_text(project.page("report", language="zh")[0], encoding="utf-8")
        project.clear()
    assert english(browser, file, net, sources) == {}
    browser.find_element("id", "language").click()
    told = {said for said, _, method in browser.execute_script(READ) if not method}
    chinese_names = {said for said in told if re.search("[\u2e80-\u9fff]", said)}
    assert not {said for said in chinese_names if net.called.get(said, said) != said}, "an English name is used"
    assert not {said for said in told for word in re.findall("[a-z]+(?:_[a-z]+)+", said) if word in TERMS}


def test_values_are_said_in_chinese() -> None:
    called = {"Co., Ltd., of A": "甲公司", "B": "乙"}
    assert chinese("silo: 3") == "silo: 3", "a number is no term"
    assert chinese("Co., Ltd., of A 3, B 2.5 %", called) == "甲公司 3、乙 2.5 %", "a name may have the joint of a list"
    assert chinese("Smith, Sons and Co., DE") == "Smith, Sons and Co., 德国"
    assert chinese("other seeds: not found; weighting count: silo") == "其他随机种子：未找到；计数加权：孤岛"
    assert chinese("CN, enterprise") == "中国、企业"
    assert chinese("上海张江高新区: cross_role") == "上海张江高新区：跨角色联系占比"


def test_countries_have_names_in_chinese() -> None:
    assert countries()["EL"] == countries()["GR"] == "希腊"
    assert not pd.Series(countries()).str.contains("[A-Za-z]").any()

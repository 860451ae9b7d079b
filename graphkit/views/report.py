"""The report: data quality, findings in sentences, charts and tables, and the interactive network, in one file."""

from graphkit.analysis import analyses
from graphkit.categories import CATEGORIES
from graphkit.network import Network
from graphkit.view import Need, Page, need, view
from graphkit.views.page import html
from graphkit.views.payload import payload

FIRST = (
    need("isolation"),
    need("communities"),
    need("silos"),
    need("silos", by="country"),
    need("silos", by="region"),
    need("silos", by="role"),
    need("brokers"),
    need("bridges"),
    need("backtest", sample=100, learned_from=300, listed=0),  # the proof beside the proposals, as cheap as it gets
)


def sections() -> tuple[Need, ...]:
    """List what the report shows, a chapter for each category: what a reader looks for first, then all that belongs."""
    known = analyses()
    shown = {each.analysis for each in FIRST}
    every = FIRST + tuple(need(name) for name, each in known.items() if each.in_report and name not in shown)
    chapters = list(CATEGORIES)
    return tuple(sorted(every, key=lambda each: chapters.index(known[each.analysis].category)))


NEEDS = sections()


@view("Report", "报告", needs=NEEDS)
def report(net: Network, page: Page) -> str:
    """Write what the data are and how good, every finding with its table and method, and the network to explore."""
    return html(payload(net, page, NEEDS, findings=True))

"""The report: data quality, findings in sentences, charts and tables, and the interactive network, in one file."""

from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.page import html
from graphkit.views.payload import payload

NEEDS = (
    need("isolation"),
    need("communities"),
    need("silos"),
    need("silos", by="country"),
    need("silos", by="region"),
    need("silos", by="role"),
    need("brokers"),
    need("bridges"),
)


@view("Report", "报告", needs=NEEDS)
def report(net: Network, page: Page) -> str:
    """Write what the data are and how good, every finding with its table and method, and the network to explore."""
    return html(payload(net, page, NEEDS, findings=True))

"""The network view: one interactive picture of the silos and the bridges between them."""

from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.page import html
from graphkit.views.payload import payload

NEEDS = (need("communities"), need("silos"), need("brokers"), need("bridges"))


@view("Silos and the bridges between them", "孤岛与桥梁", needs=NEEDS)
def network(net: Network, page: Page) -> str:
    """Draw every organisation in its group, with ties, proposed bridges, search and the facts of what is clicked."""
    return html(payload(net, page, NEEDS, findings=False))

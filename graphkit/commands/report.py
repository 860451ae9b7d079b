"""graphkit report: everything in one HTML file."""

from pathlib import Path

import click

from graphkit.commands._shared import project, say


@click.command("report")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
@click.option("--title", help="Heading of the report.")
@click.option("--zone", help="Only one zone's full picture: what is strong there, what is missing, whom to bring in.")
@click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), help="Language it opens in; else the reader's own."
)
@click.option("--serve", is_flag=True, help="Show it to the browsers of this machine, and anew when data are loaded.")
@click.option("--open", "opens", is_flag=True, help="With --serve: open the browser, too.")
def command(output: Path, title: str | None, zone: str | None, language: str | None, serve: bool, opens: bool) -> None:
    """Run every analysis, write the findings back, and write the report: one HTML file that opens without a network.

    \b
    Examples:
      graphkit report
      graphkit report -o ./reports/november.html --title "Energy, November"
      graphkit report --zone 武汉东湖高新区 --lang zh
      graphkit report --serve

    With --serve no file is written and nothing is written back; what is served is seen on this machine only, until
    Ctrl-C. An open page refreshes by itself after data were loaded, from another terminal, say.
    """
    if opens and not serve:
        raise click.UsageError("--open belongs to --serve")
    if serve:
        _serve(title, zone, language, opens)
        return
    with project() as opened:
        opened.report(output, title=title, zone=zone, language=language)
    say(f"The report is in {output.absolute()}")


def _serve(title: str | None, zone: str | None, language: str | None, opens: bool) -> None:
    import threading
    import webbrowser

    from graphkit.serving import Server

    with project() as opened:
        name = "report" if zone is None else "zone"
        served = Server(
            opened.content, lambda: opened.view(name, subject=zone, title=title, language=language), say=say
        )
        click.echo(served.url)
        say("Ctrl-C ends it.")
        if opens:
            webbrowser.open(served.url)
        try:
            served.follow(threading.Event())
        except KeyboardInterrupt:
            say("ended")

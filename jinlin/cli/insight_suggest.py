"""`jinlin insight train` and `classify`: from labelled texts to a model file, and from texts to categories."""

from __future__ import annotations

from pathlib import Path

import click

from jinlin.cli.answers import finishing, say
from jinlin.cli.insight import REFUSED
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop
_FILE = click.Path(path_type=Path)

COLUMNS = ("row", "first", "first_margin", "second")
MODEL_ENDS = (".npz", ".model")


@click.command("train")
@click.option("--in", "source", type=_FILE, required=True, help="labelled texts, .csv or .csv.gz")
@click.option(
    "--text", required=True, help="column of the text (cut into words or not: white space does not count)"
)
@click.option("--label", required=True, help="column of the category")
@click.option("--model", type=_FILE, required=True, help="model file to write, .npz")
def train(source: Path, text: str, label: str, model: Path) -> None:
    """Learn categories from labelled texts; the model file carries its card.

    One fifth of the texts (of up to 1,500 all, in five turns) is kept out first, near copies on one side, to measure
    what the model is worth; then it learns from all. The card inside the file and the summary on stdout say: texts,
    day, macro-F1 and F1 per category, share right, right among the surest 80 %, right in the best two, what is taken
    for what, a point of the learning curve. No text is kept in the file, only weights of one and two characters.
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.tables import read_table  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.insight.suggest import learning  # noqa: PLC0415  as above
        from jinlin.insight.suggest.model import save  # noqa: PLC0415  as above
        from jinlin.kernel.clock import today  # noqa: PLC0415  as above
        from jinlin.kernel.results import check_output  # noqa: PLC0415  as above

        check_output(model, source, ends=MODEL_ENDS, option="--model")
        say(_("读取 {file}"), file=source.name)
        table = read_table(source, (text, label))
        learned = learning.train(table.texts(text), table.texts(label), today().isoformat(), say)
        size = save(learned, model)
        say(_("已写入 {file}"), file=model.name)
        summary.update({name: learned.card[name] for name in learned.card if name != "confusion"})
        summary.update(model=str(model), bytes=size)


@click.command("classify")
@click.option("--model", type=_FILE, required=True, help="model file from `jinlin insight train`")
@click.option("--in", "source", type=_FILE, required=True, help="texts, .csv or .csv.gz")
@click.option("--text", required=True, help="column of the text (cut into words or not)")
@click.option("--out", type=_FILE, required=True, help="result file, .csv or .csv.gz")
def classify(model: Path, source: Path, text: str, out: Path) -> None:
    """Suggest two categories for each text, in the order of the file.

    Columns of OUT: row (the file's own column `row` where it has one, else the number of the data row from 0), first,
    first_margin (0 to 1: how clearly the first leads the second, told as the share of texts kept out of training with
    such a lead whose first category was right; 0 for a text of which nothing is known), second.
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.tables import read_table  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.insight.suggest.model import load  # noqa: PLC0415  as above
        from jinlin.kernel.results import CSV_ENDS, check_output, write_rows  # noqa: PLC0415  as above

        check_output(out, source, model, ends=CSV_ENDS)
        known = load(model)
        say(_("读取 {file}"), file=source.name)
        table = read_table(source, (text,), ("row",))
        names = table.texts("row", empty=True) if table.has("row") else [str(at) for at in range(len(table))]
        found = known.classify(table.texts(text, empty=True))
        values = [
            (row, each.first, f"{each.sure:.6f}", each.second) for row, each in zip(names, found, strict=True)
        ]
        write_rows(out, COLUMNS, [dict(zip(COLUMNS, each, strict=True)) for each in values])
        say(_("已写入 {file}"), file=out.name)
        summary.update(rows=len(values), labels=len(known.labels), out=str(out))

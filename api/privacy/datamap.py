"""The data map: a table for people, made from what ``treatments.yaml`` declares."""

from sqlalchemy import Table

from api.privacy.retention import DEFAULT_DAYS
from api.privacy.treatments import Content, Mention, Own, Treatment, treated

_OWN = {Own.DELETED: "deleted", Own.CLEARED: "emptied, figures stay", Own.KEPT: "-"}
_MENTION = {
    Mention.MASKED: "masked",
    Mention.DELETED: "row deleted",
    Mention.KNOWLEDGE: "masked, to be verified anew",
    Mention.NONE: "-",
}


def data_map() -> str:
    """Return the data map as a Markdown table, by table name."""
    head = "| table | holds | why | personal columns | kept | the customer's own rows | a value in others' rows |"
    lines = [head, "|---|---|---|---|---|---|---|"]
    for table, treatment in sorted(treated(), key=lambda item: item[0].name):
        cells = (
            f"`{table.name}`",
            treatment.holds,
            treatment.why,
            _personal(treatment),
            _kept(table, treatment),
            _OWN[treatment.own],
            _MENTION[treatment.mention],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _personal(treatment: Treatment) -> str:
    names = [name for name, content in treatment.columns.items() if content not in {Content.PLAIN, Content.SECRET}]
    return ", ".join(names) or "none"


def _kept(table: Table, treatment: Treatment) -> str:
    if treatment.keep is not None:
        days = DEFAULT_DAYS[treatment.keep.term]
        return f"{days} days after `{treatment.keep.moment}`" if days else f"until `{treatment.keep.moment}`"
    parents = sorted({f"`{constraint.referred_table.name}`" for constraint in table.foreign_key_constraints})
    return f"as long as its {', '.join(parents)}" if parents else "until deleted"


if __name__ == "__main__":
    import sys

    sys.stdout.write(data_map() + "\n")

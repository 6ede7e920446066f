"""Answers to texts given as arguments: pretty on a terminal, one JSON line each when piped."""

import sys
from typing import Any

import typer

from api.cli.lines import write
from inference.types import Message

_RULE = "-" * 60


def show(number: int, message: Message, result: dict[str, Any]) -> None:
    """Print one answer to standard output; the id of a line is the number of its text, from 1."""
    if not sys.stdout.isatty():
        write({"id": str(number)} | result)
        return
    for line in (_RULE, message.text, "", *_describe(result)):
        typer.echo(line)


def _describe(result: dict[str, Any]) -> list[str]:
    if "analysis" in result:
        return _analysis(result["analysis"])
    if "draft" in result:
        return _draft(result["draft"])
    if "checked" in result:
        return _checked(result["checked"])
    return _search(result)


def _analysis(analysis: dict[str, Any]) -> list[str]:
    anger, sentiment = analysis["anger"], analysis["sentiment"]
    spoken = " / ".join(filter(None, (analysis["language"], analysis["dialect"], analysis["script"])))
    level = f"{anger['level']}, at {anger['target']}" if anger["target"] else anger["level"]
    lines = [
        f"language   {spoken}",
        f"sentiment  {sentiment['label']} ({sentiment['score']:+.2f})",
        f"anger      {level}, intensity {anger['intensity']:.2f}, P(present) {anger['probability']:.2f}",
    ]
    if analysis["signals"]:
        lines.append(
            "signals    "
            + ", ".join(f"{signal['name']} ({signal['confidence']:.2f})" for signal in analysis["signals"])
        )
    if analysis["uncertain"]:
        lines.append("uncertain  yes: read the message yourself")
    return lines


def _search(result: dict[str, Any]) -> list[str]:
    answerable = "answerable" if result["answerable"] else "not answerable"
    lines = [f"{answerable}, relevance {result['relevance']:.2f}"]
    for rank, hit in enumerate(result["hits"], start=1):
        lines.append(f"{rank:>3}. {hit['score']:.3f}  {hit['freshness']:<10}  {hit['id']}")
        lines.append(f"     {hit['resolution']['problem']}")
        shared = f"; shared words: {', '.join(hit['match']['words'])}" if hit["match"]["words"] else ""
        lines.append(f"     nearest is its {hit['match']['kind']}: {hit['match']['text']}{shared}")
    return lines


def _draft(draft: dict[str, Any]) -> list[str]:
    status = draft["status"] + (f" ({draft['reason']})" if draft["reason"] else "")
    lines = [f"status     {status}", ""]
    if draft["text"]:
        lines += [draft["text"], ""]
    lines += [f"source     {source['id']}" for source in draft["sources"]]
    lines += [f"note       {note}" for note in draft["notes"]]
    lines += [f"or --from  {offer['id']}  ({offer['problem']})" for offer in draft["offered"]]
    lines += [f"finding    {finding['message']}" for finding in draft["findings"]]
    return lines


def _checked(checked: dict[str, Any]) -> list[str]:
    lines = ["blocked" if checked["blocked"] else "nothing that blocks"]
    for finding in checked["findings"]:
        said = f"  «{finding['span']['text']}»" if finding["span"] else ""
        lines.append(f"{finding['severity']:<6} {finding['code']}{said}")
        lines.append(f"       {finding['message']}")
    lines += [f"promise {item['text']}" for item in checked["commitments"]]
    return lines

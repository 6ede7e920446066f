import json
import re

from api.openapi import TARGET, document


def test_the_committed_document_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), "run  python -m api.openapi"


_SPOKEN = ("/v1/analyze", "/v1/search", "/v1/drafts", "/v1/drafts/stream", "/v1/check", "/v1/resolutions")
"""Where callers send what customers or agents wrote."""


def test_every_endpoint_has_its_problem_and_examples_speak_both_languages() -> None:
    schema = json.loads(document())
    assert schema["openapi"].startswith("3.1")
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"], path
            if method in {"post", "put"} and path in _SPOKEN:
                media = operation["requestBody"]["content"]["application/json"]
                text = json.dumps(media["examples"], ensure_ascii=False)
                assert any("\u0600" <= char <= "\u06ff" for char in text), path
                assert any("a" <= char <= "z" for char in text), path


def test_the_issue_names_these_addresses() -> None:
    paths = json.loads(document())["paths"]
    assert {
        "/v1/analyze",
        "/v1/search",
        "/v1/drafts",
        "/v1/drafts/{id}",
        "/v1/drafts/{id}/feedback",
        "/v1/resolutions",
        "/v1/resolutions/{id}",
        "/v1/resolutions/{id}/verify",
        "/v1/resolutions/{id}/retire",
        "/v1/resolutions/{id}/restore",
        "/v1/commitments",
        "/v1/commitments/{id}/events",
        "/v1/commitments/figures",
        "/v1/knowledge/status",
        "/v1/knowledge/contradictions",
        "/livez",
        "/readyz",
    } <= set(paths)


def test_whoever_reviews_is_called_a_reviewer() -> None:
    """Names of fields are the contract's, and stay: ``readers`` counts people."""
    told = [line for line in document().splitlines() if line.startswith(('"description":', '"summary":'))]
    assert any("reviewer" in line for line in told)
    assert [line for line in told if re.search(r"\breaders?\b", line, re.IGNORECASE)] == []

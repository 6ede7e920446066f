"""Examples of what review's operations are sent."""

from typing import Any

Examples = dict[str, Any]

ROUND: Examples = {
    "score": {
        "summary": "مراجعة ردود أسبوع · A week's replies",
        "value": {
            "name": "ردود الأسبوع الأول",
            "target": "sent",
            "since": "2030-01-01T00:00:00Z",
            "until": "2030-01-08T00:00:00Z",
            "limit": 60,
            "share": 0.05,
            "second_share": 0.2,
        },
    },
    "choose": {
        "summary": "Which of two writers",
        "value": {
            "name": "Two writers",
            "kind": "choose",
            "target": "texts",
            "seed": 7,
            "texts": [
                {
                    "message": "My card has not arrived",
                    "replies": [
                        {"text": "It takes 5 to 7 working days.", "writer": "composer"},
                        {"text": "Sorry about that! We will look into it.", "writer": "template"},
                    ],
                }
            ],
        },
    },
}
ANSWER: Examples = {
    "score": {
        "summary": "درجات مع ملاحظة · Scores with a note",
        "value": {
            "scores": {"listening": 4, "empathy": 2, "apology": None},
            "failures": {"unsupported_promise": "«سنعيد المبلغ اليوم»"},
            "notes": {"empathy": "لم يُذكر أثر التأخير في العميل."},
        },
    },
    "choose": {"summary": "The first is better", "value": {"choice": "first", "reasons": ["clarity"]}},
}
VERDICT: Examples = {
    "score": {
        "summary": "The adjudicator's card",
        "value": {"answer": {"scores": {"listening": 3}}, "reason": "The delay is named, but not the amount."},
    }
}
APPEAL: Examples = {
    "arabic": {
        "summary": "تظلّم من درجة",
        "value": {"reason": "الموعد المذكور في الرد منصوص عليه في السياسة المعمول بها ذلك اليوم."},
    }
}
DECISION: Examples = {
    "rejected": {
        "summary": "Rejected",
        "value": {"upheld": False, "reason": "The policy of that day names no date for transfers."},
    },
    "upheld": {
        "summary": "قُبل التظلم",
        "value": {"upheld": True, "reason": "الموعد وارد في السياسة.", "answer": {"scores": {"correctness": 4}}},
    },
}
AGENT: Examples = {
    "agent": {
        "summary": "موظف في نظام التذاكر · An agent of the helpdesk",
        "value": {"connection": "zendesk-main", "agent": "3811", "actor": "user:9f2c", "names": ["سارة", "Sara A."]},
    }
}
IMPORT: Examples = {
    "csv": {
        "summary": "Scores of another tool",
        "value": {
            "csv": "id,ticket,agent,tone,solution\n1,4711,3811,4,5\n2,4712,3811,3,pass\n",
            "columns": {
                "rubric": "old-tool@3",
                "external_id": "id",
                "conversation": "ticket",
                "agent": "agent",
                "scores": {"tone": "tone", "solution": "solution"},
            },
        },
    }
}

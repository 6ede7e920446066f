"""Examples for the OpenAPI document, in Arabic and English."""

from typing import Any

Examples = dict[str, Any]

_ANGRY_AR = "هذه ثالث مرة أتواصل معكم والبطاقة لم تصل! وعدتموني قبل أسبوع ولم يحدث شيء."
_CALM_EN = "My new card has not arrived yet. How long does delivery take?"

ANALYZE: Examples = {
    "arabic": {"summary": "رسالة عميل غاضب", "value": {"text": _ANGRY_AR, "channel": "whatsapp"}},
    "english": {"summary": "A calm question", "value": {"text": _CALM_EN}},
    "batch": {"summary": "Several messages", "value": {"messages": [{"text": _CALM_EN}, {"text": "شكرًا جزيلًا لكم"}]}},
}
SEARCH: Examples = {
    "arabic": {"summary": "بحث بالعربية", "value": {"text": "سحب الصراف بطاقتي", "k": 3}},
    "english": {"summary": "Arabic answers only", "value": {"text": _CALM_EN, "k": 3, "languages": ["ar"]}},
}
DRAFT: Examples = {
    "arabic": {
        "summary": "مسودة رد",
        "value": {"text": _ANGRY_AR, "channel": "whatsapp", "customer": {"name": "سارة"}},
    },
    "english": {
        "summary": "With history and a fact",
        "value": {
            "text": "still nothing",
            "channel": "email",
            "history": [{"author": "customer", "text": _CALM_EN}],
            "facts": [{"name": "card_status", "value": "posted on 3 March", "source": "crm"}],
        },
    },
}
AGAIN: Examples = {
    "shorter": {"summary": "Shorter", "value": {"wish": "shorter"}},
    "arabic": {"summary": "بالعربية وبكلمات أبسط", "value": {"wish": "simpler", "language": "ar"}},
    "source": {"summary": "From another resolution", "value": {"source": "card_arrival.en"}},
}
FEEDBACK: Examples = {
    "accepted": {"summary": "Sent as it is", "value": {"verdict": "accepted"}},
    "edited": {
        "summary": "أُرسلت بعد تعديل",
        "value": {"verdict": "edited", "final_text": "أهلًا سارة، بطاقتك في الطريق إليك.", "reasons": ["too_long"]},
    },
    "rejected": {"summary": "Not used", "value": {"verdict": "rejected", "reasons": ["wrong_tone"]}},
}
CHECK_DRAFT: Examples = {
    "arabic": {"summary": "رد عُدّل", "value": {"reply": "أهلًا سارة، نضمن لكم وصول البطاقة غدًا.", "role": "agent"}},
    "english": {"summary": "Notes in Arabic", "value": {"reply": "We'll refund you today.", "notes_language": "ar"}},
}
CHECK: Examples = {
    "arabic": {
        "summary": "رد أُرسل",
        "value": {"text": _ANGRY_AR, "reply": "نأسف لذلك. أرسلوا لنا الرقم السري للتحقق."},
    },
    "english": {"summary": "A reply to a message", "value": {"text": _CALM_EN, "reply": "It arrives within 2 days."}},
}
RESOLUTION: Examples = {
    "arabic": {
        "summary": "حل بالعربية",
        "value": {
            "id": "card-arrival.ar",
            "problem": "بطاقتي الجديدة لم تصل بعد",
            "answer": "تصل البطاقة خلال 5 إلى 7 أيام عمل من تاريخ إصدارها.",
            "steps": ["افتحوا التطبيق واختاروا «تتبع البطاقة».", "راجعوا عنوانكم المسجل."],
            "language": "ar",
            "tags": ["card"],
        },
    },
    "english": {
        "summary": "Problem and answer suffice",
        "value": {"problem": "My new card has not arrived", "answer": "Cards arrive within 5 to 7 working days."},
    },
}
VERIFICATION: Examples = {
    "days": {"summary": "Due again in half a year", "value": {"by": "Cards team", "review_in_days": 180}},
    "date": {"summary": "تُراجع في يوم محدد", "value": {"by": "فريق البطاقات", "review_by": "2030-01-31"}},
}
RETIREMENT: Examples = {
    "english": {"summary": "The service has ended", "value": {"by": "Cards team", "reason": "Cheques ended in May."}},
    "arabic": {"summary": "انتهت الخدمة", "value": {"by": "فريق البطاقات", "reason": "توقفت خدمة الشيكات."}},
}
DISMISSAL: Examples = {
    "english": {
        "summary": "Two different fees",
        "value": {"first": "card-fee.en", "second": "transfer-fee.en", "by": "Cards team"},
    },
    "arabic": {
        "summary": "رسمان مختلفان",
        "value": {"first": "رسوم-البطاقة", "second": "رسوم-التحويل", "by": "فريق البطاقات"},
    },
}
COMMITMENT_EVENT: Examples = {
    "english": {
        "summary": "The helpdesk says that the call was made",
        "value": {"event": "kept", "by": "helpdesk", "at": "2030-01-31T10:15:00Z", "delivery": "evt-1842"},
    },
    "arabic": {
        "summary": "سُحب الوعد وبُيّن السبب",
        "value": {"event": "withdrawn", "by": "سارة", "reason": "ألغى العميل طلبه."},
    },
}
OUTCOMES: Examples = {
    "english": {
        "summary": "Rated and opened again",
        "value": {"outcomes": [{"conversation": "desk:1042", "agent": "17", "satisfaction": 0.25, "reopened": 1}]},
    },
    "arabic": {
        "summary": "متى بدأت المحادثة، ومتى رُدّ عليها، وكم استغرق العمل",
        "value": {
            "outcomes": [
                {
                    "conversation": "desk:1043",
                    "agent": "سارة",
                    "opened_at": "2030-01-31T10:15:00Z",
                    "first_response_at": "2030-01-31T10:40:00Z",
                    "handling_seconds": 420,
                }
            ]
        },
    },
}
DRAFT_BATCH: Examples = {
    "both": {
        "summary": "رسالتان بلغتين · Two messages",
        "value": {"messages": [{"text": _CALM_EN, "channel": "email"}, {"text": _ANGRY_AR, "channel": "whatsapp"}]},
    },
}
SEARCH_BATCH: Examples = {
    "both": {
        "summary": "بحثان بلغتين · Two searches",
        "value": {"messages": [{"text": _CALM_EN, "k": 3}, {"text": "سحب الصراف بطاقتي", "k": 3}]},
    },
}
CHECK_BATCH: Examples = {
    "both": {
        "summary": "ردّان بلغتين · Two replies",
        "value": {
            "replies": [
                {"text": _CALM_EN, "reply": "It arrives within 2 days."},
                {"text": _ANGRY_AR, "reply": "نضمن لكم وصول البطاقة غدًا."},
            ]
        },
    },
}
IMPORT: Examples = {
    "both": {
        "summary": "حلّان بلغتين · Two resolutions",
        "value": [
            {
                "id": "card-arrival.en",
                "problem": "My new card has not arrived",
                "answer": "Cards arrive within 7 days.",
            },
            {"id": "card-arrival.ar", "problem": "بطاقتي الجديدة لم تصل بعد", "answer": "تصل البطاقة خلال 7 أيام."},
        ],
    },
}
IMPORT_LINES = """{"problem": "My new card has not arrived", "answer": "Cards arrive within 7 days."}
{"problem": "بطاقتي الجديدة لم تصل بعد", "answer": "تصل البطاقة خلال 7 أيام."}
"""
COMPLAINT: Examples = {
    "person": {
        "summary": "شكوى سجّلها موظف · Raised by an agent",
        "value": {"conversation": "4711", "country": "sa", "language": "ar", "summary": "رسوم خُصمت مرتين"},
    },
    "helpdesk": {
        "summary": "وسم في نظام التذاكر · A tag of the helpdesk",
        "value": {"source": "helpdesk", "conversation": "4712", "country": "gb", "kind": "payments", "language": "en"},
    },
}
COMPLAINT_EVENT: Examples = {
    "acknowledged": {"summary": "أُشعر العميل بالاستلام · Acknowledged", "value": {"event": "acknowledged"}},
    "held": {
        "summary": "حفظ قانوني · Held from erasure",
        "value": {"event": "held", "note": "The regulator asks for the file."},
    },
}

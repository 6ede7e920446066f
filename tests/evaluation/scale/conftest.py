import numpy as np
import pytest

from evaluation.scale.corpus import Material
from models.space import unit


@pytest.fixture
def material() -> Material:
    vectors = unit(np.random.default_rng(3).standard_normal((6, 16), dtype=np.float32))
    return Material(
        questions=(
            "where is my new card",
            "the cash machine kept my card",
            "cancel a transfer please",
            "أين بطاقتي الجديدة",
            "ابتلع الصراف بطاقتي",
            "أريد إلغاء حوالة",
        ),
        languages=("en", "en", "en", "ar", "ar", "ar"),
        vectors=vectors,
        answers={
            "en": ("Open the app and wait.", "Call us on weekdays."),
            "ar": ("افتح التطبيق وانتظر.", "اتصل بنا غدا."),
        },
    )

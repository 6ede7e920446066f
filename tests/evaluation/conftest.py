from pathlib import Path

import pytest


@pytest.fixture
def banking_sets(tmp_path: Path) -> Path:
    """A folder of sets with a tiny ArBanking77: letters up to p make vectors differ, the others words."""
    tables = {
        "Banking77_intents.csv": ["label_en,label_ar", "First one,أول", "Second one?,ثان"],
        "Banking77_Arabized_MSA_PAL_train.csv": [
            "label,text",
            *("أول,abc zzqq", "أول,abca zzrr"),
            *("ثان,def wwxx", "ثان,defd wwyy"),
        ],
        "Banking77_Arabized_MSA_test.csv": ["label,text", "أول,cba wwxx", "ثان,cba wwxx"],
    }
    folder = tmp_path / "sets" / "arbanking77"
    folder.mkdir(parents=True)
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder.parent

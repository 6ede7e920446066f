"""Whom words speak to: the lexicons have the polite plural, agents write to one man or woman as often."""

import re

_LETTER = "[\u0621-\u064a]"
_ENDINGS = (
    # عليكم: عليك، عليكِ، عليكي، عليكو
    (re.compile(rf"(?:(?<={_LETTER})|(?<=\(\?:))كم(?![\w?])"), "(?:كم|كن|كي|كو|ك)"),
    # قرأتم: قرأت، قرأتي، قرأتوا
    (re.compile(rf"(?<={_LETTER}{{2}})(?<!سي)(?<!ست)تم(?![\w?])"), "ت(?:م|ن|وا|و|ي)?"),
    # راسلونا: راسلنا، راسلينا
    (re.compile(rf"(?<={_LETTER}{{2}})ونا(?![\w?])"), "(?:و|ي)?نا"),
    # أرسلوا: أرسل، أرسلي، أرسلو
    (re.compile(rf"(?<={_LETTER}{{2}})وا(?![\w?])"), "(?:وا|و|ي)?"),
)


def any_number(pattern: str) -> str:
    """Widen a folded regular expression in the polite plural to one man or woman, and to dialects' endings.

    What ends in كم، تم، ونا or وا then matches ك، كي، كو; ت، تي، توا; and the bare verb, or its ي and و.
    """
    for ending, either in _ENDINGS:
        pattern = ending.sub(either, pattern)
    return pattern

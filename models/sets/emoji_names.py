"""Turn the English emoji names of the company reviews back into emoji, where a name is clearly one."""

import re

_NAMES = {
    "smiling face with heart-eyes": "😍",
    "smiling face with smiling eyes": "😊",
    "smiling face with hearts": "🥰",
    "smiling face with sunglasses": "😎",
    "smiling face with open hands": "🤗",
    "slightly smiling face": "🙂",
    "grinning face with smiling eyes": "😄",
    "grinning face with big eyes": "😃",
    "grinning face with sweat": "😅",
    "beaming face with smiling eyes": "😁",
    "kissing face with smiling eyes": "😙",
    "face with tears of joy": "😂",
    "face blowing a kiss": "😘",
    "face savoring food": "😋",
    "face with symbols on mouth": "🤬",
    "face with steam from nose": "😤",
    "face with tongue": "😛",
    "loudly crying face": "😭",
    "crying face": "😢",
    "enraged face": "😡",
    "angry face": "😠",
    "expressionless face": "😑",
    "unamused face": "😒",
    "confused face": "😕",
    "disappointed face": "😞",
    "pensive face": "😔",
    "neutral face": "😐",
    "smirking face": "😏",
    "thinking face": "🤔",
    "pleading face": "🥺",
    "winking face": "😉",
    "star-struck": "🤩",
    "red heart": "❤️",
    "broken heart": "💔",
    "blue heart": "💙",
    "purple heart": "💜",
    "white heart": "🤍",
    "growing heart": "💗",
    "sparkling heart": "💖",
    "two hearts": "💕",
    "heart suit": "♥️",
    "clapping hands": "👏",
    "flexed biceps": "💪",
    "thumbs up": "👍",
    "thumbs down": "👎",
    "ok hand": "👌",
}
_TONE = r"(?: (?:medium-)?(?:light|dark|medium) skin tone)?"
_PATTERN = re.compile("(?:" + "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + ")" + _TONE)


def restore_emojis(text: str) -> str:
    """Replace each known emoji name by its emoji; skin tones are dropped."""
    return _PATTERN.sub(lambda match: _NAMES[re.sub(_TONE + "$", "", match.group())], text)

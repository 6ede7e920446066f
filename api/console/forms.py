"""What forms of the console and the sidebar say, as the types of the api."""

from pydantic import ValidationError

from inference.types import Feedback
from models.errors import InputError

UNFIT = "The form holds a value that does not fit."


def feedback_of(verdict: str, final_text: str, comment: str, reasons: tuple[str, ...]) -> Feedback:
    """Return the verdict that a form gives; browsers send line ends as CR LF.

    Raises:
        InputError: a value does not fit.
    """
    values = {
        "verdict": verdict,
        "final_text": (final_text.replace("\r\n", "\n") or None) if verdict == "edited" else None,
        "comment": comment.replace("\r\n", "\n") or None,
        "reasons": reasons,
    }
    try:
        return Feedback.model_validate(values)
    except ValidationError as error:
        raise InputError(UNFIT) from error

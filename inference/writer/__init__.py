"""The optional writer: a language model words the planned steps anew, from the same plan, sources and checks.

The composer's draft stays the default, and what an agent gets whenever the model's text does not pass.
"""

from inference.writer.base import Budget, Delta, LanguageModel, Prompt
from inference.writer.choose import open_model
from inference.writer.write import Outcome, Written, write

__all__ = ["Budget", "Delta", "LanguageModel", "Outcome", "Prompt", "Written", "open_model", "write"]

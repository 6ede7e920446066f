"""How well replies that were sent are matched to their drafts."""

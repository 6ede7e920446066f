"""What can go wrong between a client and the service.

ClientError
├── ProblemResponseError    the service answered with a problem: its code, sentence and request id
└── UnreachableError        no answer came, however often it was tried
"""

from api.client.shapes import Problem


class ClientError(Exception):
    """Root of the client's errors."""


class ProblemResponseError(ClientError):
    """The service answered with a problem.

    Attributes:
        problem: as it came.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail} (request {problem.request_id})")
        self.problem = problem

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def code(self) -> str:
        """The stable code, such as ``not_found``."""
        return self.problem.code

    @property
    def detail(self) -> str:
        """The sentence that says what to do."""
        return self.problem.detail

    @property
    def request_id(self) -> str:
        """What to name when you report it."""
        return self.problem.request_id


class UnreachableError(ClientError):
    """The service did not answer: it is down, or the address, a proxy or the time limit is wrong."""

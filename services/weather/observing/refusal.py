"""Why nothing can be made of what was sent. Pure."""

from services.problems import Problem


class Unreadable(Exception):
    """An observation, or a whole body of them, of which nothing can be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.en)
        self.problem = problem

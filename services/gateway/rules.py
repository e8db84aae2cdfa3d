"""Who may use which endpoint. Each one says its rule; one without a rule does not start."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from events.access import AccessRole
from services.auth import Grant, Grants, bearer
from services.gateway.errors import Refused
from services.problems import Problem

Rule: TypeAlias = AccessRole | Literal["any", "open"]

_NO_TOKEN = Problem(
    "no-token",
    "Authorization",
    "缺少令牌（请求头 Authorization: Bearer …）",
    "a token is missing (header Authorization: Bearer …)",
)
_BAD_TOKEN = Problem(
    "bad-token", "Authorization", "令牌无效或已撤销", "the token is not valid, or was revoked"
)


def grant_of(
    grants: Grants, header: str | None, query: str | None, role: AccessRole | None
) -> Grant:
    """Return the grant of a request. Raises Refused: 401 without a valid token, 403 for its
    role.
    """
    token = bearer(header) or query
    if not token:
        raise Refused(401, _NO_TOKEN)
    grant = grants.find(token)
    if grant is None:
        raise Refused(401, _BAD_TOKEN)
    if role is not None and not grant.may(role):
        raise Refused(
            403,
            Problem(
                "role-not-allowed",
                "Authorization",
                f"角色 {grant.role} 无权执行，需要 {role}",
                f"role {grant.role} may not do this, {role} is needed",
            ),
        )
    return grant


def needs(role: AccessRole) -> Any:
    """Return the dependency of an endpoint that needs a role; it yields the grant."""

    def check(request: Request) -> Grant:
        return grant_of(
            request.app.state.grants,
            request.headers.get("authorization"),
            request.query_params.get("token"),
            role,
        )

    check.rule = role  # type: ignore[attr-defined]  # read by rule_of
    return Depends(check)


def needs_any() -> Any:
    """Return the dependency of an endpoint that needs a valid token of any role."""

    def check(request: Request) -> Grant:
        return grant_of(
            request.app.state.grants,
            request.headers.get("authorization"),
            request.query_params.get("token"),
            None,
        )

    check.rule = "any"  # type: ignore[attr-defined]  # read by rule_of
    return Depends(check)


def open_to_all() -> None:
    """The rule of an endpoint that needs no token."""


open_to_all.rule = "open"  # type: ignore[attr-defined]  # read by rule_of

Reporting = Annotated[Grant, needs("reporter")]
Responding = Annotated[Grant, needs("responder")]
Commanding = Annotated[Grant, needs("commander")]
Watching = Annotated[Grant, needs("monitor")]
Administering = Annotated[Grant, needs("admin")]
Known = Annotated[Grant, needs_any()]
Open = Annotated[None, Depends(open_to_all)]


def rule_of(route: BaseRoute) -> Rule | None:
    """Return the rule an endpoint has said, None when it has said none."""
    if not isinstance(route, APIRoute):
        return None
    for dependency in route.dependant.dependencies:
        call: Callable[..., Any] | None = dependency.call
        if rule := getattr(call, "rule", None):
            found: Rule = rule
            return found
    return None


def endpoints(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """Yield every endpoint with its whole path, those of included routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield prefix + getattr(route, "path", repr(route)), route
        else:
            context = getattr(route, "include_context", None)
            yield from endpoints(inner.routes, prefix + getattr(context, "prefix", ""))


def require_rules(app: FastAPI) -> None:
    """Refuse to start with an endpoint that has no rule. Raises RuntimeError."""
    without = [path for path, route in endpoints(app.routes) if rule_of(route) is None]
    if without:
        raise RuntimeError(f"start gateway: no rule for {', '.join(without)}")


def must_see(grant: Grant, site: str) -> None:
    """Raise Refused when a site is not within a grant."""
    if not grant.sees(site):
        raise Refused(
            403,
            Problem(
                "site-not-allowed",
                "site",
                f"此令牌不含站点 {site}",
                f"this token does not take in the site {site}",
            ),
        )

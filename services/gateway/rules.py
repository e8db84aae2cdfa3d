"""Who may use which endpoint. Each one says its rule; one without a rule does not start."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from events.access import AccessRole
from projections.places import Places
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


def needs(role: AccessRole, *, in_address: bool = False) -> Any:
    """Return the dependency of an endpoint that needs a role; it yields the grant.

    `in_address` takes the token from `?token=` too. Only for live streams, which a browser opens
    without headers: addresses end up in logs and histories.
    """

    def check(request: Request) -> Grant:
        return _grant(request, role, in_address=in_address)

    check.rule = role  # type: ignore[attr-defined]  # read by rule_of
    return Depends(check)


def needs_any(*, in_address: bool = False) -> Any:
    """Return the dependency of an endpoint that needs a valid token of any role."""

    def check(request: Request) -> Grant:
        return _grant(request, None, in_address=in_address)

    check.rule = "any"  # type: ignore[attr-defined]  # read by rule_of
    return Depends(check)


def _grant(request: Request, role: AccessRole | None, *, in_address: bool) -> Grant:
    return grant_of(
        request.app.state.grants,
        request.headers.get("authorization"),
        request.query_params.get("token") if in_address else None,
        role,
    )


def open_to_all() -> None:
    """The rule of an endpoint that needs no token."""


open_to_all.rule = "open"  # type: ignore[attr-defined]  # read by rule_of

Reporting = Annotated[Grant, needs("reporter")]
Responding = Annotated[Grant, needs("responder")]
Commanding = Annotated[Grant, needs("commander")]
Watching = Annotated[Grant, needs("monitor")]
Administering = Annotated[Grant, needs("admin")]
Known = Annotated[Grant, needs_any()]
Listening = Annotated[Grant, needs("responder", in_address=True)]
LookingOn = Annotated[Grant, needs_any(in_address=True)]
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
        raise _outside(site)


def must_see_at(grant: Grant, places: Places, site: str, venue: str | None) -> None:
    """Raise Refused when neither the site something was written at nor its venue's is within a
    grant: as the picture shows it.
    """
    place = places.venues.get(venue or "")
    if not grant.sees(site) and (place is None or not grant.sees(place.site)):
        raise _outside(site)


def must_see_all(grant: Grant, sites: Collection[str]) -> None:
    """Raise Refused for what reaches further than a grant; no sites means all of them."""
    if grant.sites is None:
        return
    if not sites:
        raise Refused(
            403,
            Problem(
                "site-not-allowed",
                "sites",
                f"此令牌仅限 {', '.join(sorted(grant.sites))}，须写明站点",
                f"this token is limited to {', '.join(sorted(grant.sites))}, sites must be named",
            ),
        )
    for site in sites:
        must_see(grant, site)


def _outside(site: str) -> Refused:
    return Refused(
        403,
        Problem(
            "site-not-allowed",
            "site",
            f"此令牌不含站点 {site}",
            f"this token does not take in the site {site}",
        ),
    )

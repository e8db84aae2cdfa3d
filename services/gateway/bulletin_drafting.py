"""What a bulletin's draft says: out of an alert or a warning, and out of what somebody wrote."""

from typing import Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from events.bulletin import Content
from events.fact import Id, Ref
from projections.bulletin_drafts import Fields, from_alert, from_warning, merged
from projections.bulletin_view import source_of
from projections.grounds import unregistered, with_grounds
from projections.moment import Moment
from services.auth import Grant
from services.gateway.ask import found
from services.gateway.errors import Refused, unknown
from services.gateway.rules import must_see
from services.node import Node
from services.problems import Problem, problem_of


class Source(BaseModel):
    """What a bulletin is made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["alert", "warning"]
    id: Id


class _Said(Content):
    """A content in which no field is misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def begin(node: Node, grant: Grant, source: Source | None) -> tuple[Fields, Ref | None, bool]:
    """Return what a draft begins with, what it is about, and whether that is a drill."""
    if source is None:
        return {}, None, False
    now, about = node.clock.now(), Ref(kind=source.kind, id=source.id)
    if source.kind == "warning":
        warned = await found(node, node.picture.warnings.rows, source.id)
        if warned is None:
            raise unknown("预警", "warning", source.id)
        _must_last(node, about)
        return from_warning(warned.message, node.picture.places, now), about, is_drill(node, about)
    alert = await found(node, node.picture.alerts.rows, source.id)
    # What is one lane's alone is never the public's.
    if alert is None or not node.discreet.shows_aggregate("alert", source.id, ()):
        raise unknown("警报", "alert", source.id)
    must_see(grant, alert.site)
    _must_last(node, about)
    return from_alert(alert, node.picture, now), about, is_drill(node, about)


def _must_last(node: Node, about: Ref) -> None:
    """Raise Refused for what is over: nobody is told of it any more."""
    source = source_of(Moment(node.picture, node.clock.now()), about)
    if source is not None and source.over:
        raise Refused(
            409,
            Problem(
                "source-ended",
                "from",
                f"{about.kind} {about.id} 已结束",
                f"{about.kind} {about.id} is over",
            ),
        )


def is_drill(node: Node, about: Ref | None) -> bool:
    """Tell whether what a bulletin is about is none of the real world's."""
    if about is None:
        return False
    if about.kind == "warning":
        warned = node.picture.warnings.rows.get(about.id)
        return warned is not None and warned.message.status != "Actual"
    alert = node.picture.alerts.rows.get(about.id)
    if alert is None:
        return False
    return alert.drill or (alert.about.kind == "warning" and is_drill(node, alert.about))


def content_of(node: Node, fields: Fields) -> Content:
    """Read a content, with the grounds of its venues. Raises Refused, naming the field."""
    try:
        said = _Said.model_validate(fields)
    except ValidationError as error:
        problem = problem_of(error)
        raise Refused(422, problem._replace(field=f"content.{problem.field}")) from error
    if strange := unregistered(said.venues, node.picture.places):
        name = strange[0]
        raise Refused(
            422,
            Problem(
                "no-such-venue",
                "content.venues",
                f"没有场馆 {name}",
                f"there is no venue {name}",
            ),
        )
    content = Content.model_validate(said.model_dump())
    return with_grounds(content, node.picture.places)


def incomplete(node: Node, gaps: list[str], fields: Fields) -> JSONResponse:
    """Return the answer that asks for the texts a source does not have, with what it has.

    Raises Refused where something else is wrong.
    """
    whole = fields
    for name, _, code in (gap.partition(".") for gap in gaps):
        whole = merged(whole, {name: {code: "?"}})
    content_of(node, whole)
    names = ", ".join(f"content.{name}" for name in gaps)
    problem = Problem(
        "missing-language",
        f"content.{gaps[0]}",
        f"来源中没有这些文本，请补充：{names}",
        f"the source does not say these, please add them: {names}",
    )
    answer = {"error": problem.show(), "missing": gaps, "content": fields}
    return JSONResponse(answer, 422)

"""`muster token`: who may ask Muster what. An admin's business."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import words
from services.cli.choices import Role
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)


@app.command(help=both("创建令牌；它只显示一次", "make a token; it is shown once"))
@connected
def create(
    session: Session,
    *,
    role: Annotated[Role, typer.Option(help=both("角色", "what it may do"))],
    name: Annotated[str, typer.Option(help=both("给谁或何用", "whose it is, or what for"))],
    site: Annotated[
        list[str] | None,
        typer.Option(
            help=both("限于此站点，可重复；默认全部", "for this site only; may be repeated")
        ),
    ] = None,
    lane: Annotated[
        list[str] | None,
        typer.Option(
            help=both(
                "为此条线，可读其封存的个人信息，可重复；默认无",
                "for this lane, whose sealed details it may read; may be repeated",
            )
        ),
    ] = None,
    person: Annotated[
        str | None, typer.Option(help=both("本人的编号", "the id of the person whose own it is"))
    ] = None,
) -> int:
    """Make a token. The token itself is alone on its line on stdout."""
    body: dict[str, Any] = {"role": role, "name": name, "sites": site or []}
    more = {"lanes": lane, "person": person}
    body |= {name: value for name, value in more.items() if value}
    answer = session.client.post("/tokens", body, repeatable=False).body
    if not session.as_json:
        session.note(
            words.TOKEN_CREATED.fill(**{key: answer.get(key) for key in ("id", "role", "name")})
        )
    session.answer(answer, answer["token"])
    return Exit.OK


@app.command("list", help=both("列出令牌", "list the tokens"))
@connected
def list_(session: Session) -> int:
    """List the tokens, without what they are secret for."""
    rows = session.client.get("/tokens")["tokens"]
    if session.as_json:
        session.answer(rows)
        return Exit.OK
    from services.cli.terminal import console, table

    headers = [
        str(words.COLUMNS[name]) for name in ("id", "role", "owner", "sites", "lanes", "person")
    ]
    console().print(table("", headers, [_row(row) for row in rows]))
    return Exit.OK


@app.command(help=both("撤销令牌", "revoke a token: it opens nothing any more"))
@connected
def revoke(
    session: Session,
    id: Annotated[str, typer.Argument(metavar="ID", help=both("令牌编号", "the token's id"))],
) -> int:
    """Revoke a token."""
    answer = session.client.delete(f"/tokens/{quote(id, safe='')}")
    session.answer(answer or {"id": id, "status": "revoked"}, words.TOKEN_REVOKED.fill(id=id))
    return Exit.OK


def _row(token: dict[str, Any]) -> list[str]:
    return [
        token["id"],
        token["role"],
        token["name"],
        ", ".join(token.get("sites") or ()) or str(words.ALL_SITES),
        ", ".join(token.get("lanes") or ()),
        token.get("person") or "",
    ]

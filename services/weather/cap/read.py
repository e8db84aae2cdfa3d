"""`read_cap`: bytes from anywhere to CAP messages. Tolerant of form, strict about what is needed.

Without identifier, sender, sent, status and msgType, or without anything to call an event, there is
no warning, and the message is refused. Whatever else is missing or odd is taken and named, with
Unknown for an urgency, severity or certainty that is not said. The exception: a signed message
must be complete (see `Fields.strict`).
"""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast, get_args

from services.weather.cap import model
from services.weather.cap.deviations import Notes
from services.weather.cap.fields import CAP_NAMESPACE, Fields
from services.weather.cap.infos import note_infos, read_info
from services.weather.cap.model import CapDocument, CapLimits, CapMessage, CapRefused, Version
from services.weather.cap.order import note_structure
from services.weather.cap.places import check_shapes
from services.weather.cap.references import note_references, read_references
from services.weather.cap.refusals import quoted, refuse
from services.weather.cap.signature import note_signatures
from services.weather.cap.times import needed_time
from services.weather.cap.xml import Node, parse

_ALERT_PARTS: Final = frozenset({"identifier", "sender", "sent", "status", "msgType", "info"})
_NOT_IN_IDENTITY: Final = frozenset(" ,<&")
DEFAULT_LIMITS: Final = CapLimits()


def read_cap(body: bytes, *, limits: CapLimits = DEFAULT_LIMITS) -> list[CapMessage]:
    """The messages in `body`: one, or as many as another document wraps.

    Raises:
        CapRefused: the document, or every message in it. Where only some messages of a wrapped
            document cannot be taken, the others carry the deviation `sibling-refused`.
    """
    return list(read_document(body, limits=limits).messages)


def read_document(body: bytes, *, limits: CapLimits = DEFAULT_LIMITS) -> CapDocument:
    """As `read_cap`, with the messages of a wrapped document that were refused."""
    document = parse(body, limits)
    alerts = list(_alerts(document.root))
    if not alerts:
        raise refuse("no-alert", "", value=quoted(document.root.name)[1:-1])
    if len(alerts) > limits.alerts_max:
        raise refuse("too-many", "alert", count=len(alerts), limit=limits.alerts_max)
    check_shapes(document.root, limits)
    about_document = list(document.deviations)
    if alerts[0] is not document.root:
        about_document.append(("wrapped-document", document.root.name))
    refused: list[CapRefused] = []
    read: list[tuple[CapMessage, Notes]] = []
    for alert in alerts:
        notes = Notes(limits.deviations_max)
        for code, detail in about_document:
            notes.add(code, "", detail)
        try:
            read.append((_read_alert(alert, notes, limits), notes))
        except CapRefused as error:
            refused.append(error)
    if not read:
        raise refused[0]
    messages = tuple(_finished(message, notes, refused) for message, notes in read)
    return CapDocument(messages, tuple(refused))


def _finished(message: CapMessage, notes: Notes, refused: list[CapRefused]) -> CapMessage:
    for error in refused[:5]:
        notes.add("sibling-refused", error.element, error.reason)
    return replace(message, deviations=notes.all())


def _alerts(root: Node) -> Iterator[Node]:
    """Alerts at any depth, but not inside one another."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if _is_alert(node):
            yield node
        else:
            waiting.extend(reversed(node.children))


def _is_alert(node: Node) -> bool:
    """In a CAP namespace the name is enough; elsewhere it must look like one as well."""
    if node.name != "alert":
        return False
    if CAP_NAMESPACE.search(node.namespace):
        return True
    return len(_ALERT_PARTS & {child.name for child in node.children}) >= 3


def _read_alert(node: Node, notes: Notes, limits: CapLimits) -> CapMessage:
    signed = note_signatures(node, notes)
    note_structure(node, notes)
    fields = Fields(node, "alert", notes, strict=signed)
    version = _version(node, notes)
    identifier, sender = fields.needed("identifier"), fields.needed("sender")
    for name, text in (("identifier", identifier), ("sender", sender)):
        if _NOT_IN_IDENTITY & set(text):
            notes.add("identifier-characters", fields.at(name), text)
    sent = needed_time(fields, "sent")
    status = fields.needed_choice("status", get_args(model.Status))
    msg_type = fields.needed_choice("msgType", get_args(model.MsgType))
    scope = _scope(fields, version)
    references = read_references(fields.text("references"), notes)
    note_references(references, sender, identifier, sent, notes)
    infos = fields.each("info")
    if len(infos) > limits.infos_max:
        raise refuse("too-many", "alert/info", count=len(infos), limit=limits.infos_max)
    message = CapMessage(
        identifier=identifier,
        sender=sender,
        sent=sent,
        status=cast("model.Status", status),
        msg_type=cast("model.MsgType", msg_type),
        scope=scope,
        source=fields.text("source"),
        restriction=fields.text("restriction"),
        addresses=fields.text("addresses"),
        codes=fields.texts("code"),
        note=fields.prose("note"),
        references=references,
        incidents=_incidents(fields.text("incidents")),
        infos=tuple(read_info(info, sent, limits) for info in infos),
        signed=signed,
        version=version,
    )
    if status != "Actual":
        notes.add("status-not-actual", fields.at("status"), status)
    note_infos(message, has_references=bool(references), notes=notes)
    return message


def _version(alert: Node, notes: Notes) -> Version:
    match = CAP_NAMESPACE.search(alert.namespace)
    if match is not None:
        return cast("Version", match[1])
    missing = not alert.namespace
    notes.add("namespace-missing" if missing else "namespace-unknown", "alert", alert.namespace)
    return "1.2"


def _scope(fields: Fields, version: Version) -> model.Scope:
    """Public where it is not said: every public warning service means that."""
    if version == "1.0" and not fields.has("scope"):
        return "Public"
    scope = fields.choice("scope", get_args(model.Scope), "Public")
    if scope != "Public":
        notes = fields.notes
        notes.add("scope-not-public", fields.at("scope"), fields.text("restriction") or scope)
    return cast("model.Scope", scope)


def _incidents(text: str | None) -> tuple[str, ...]:
    """Names separated by blanks; a name with blanks is in double quotes."""
    if text is None:
        return ()
    splitter = shlex.shlex(text, posix=True)
    splitter.quotes, splitter.commenters, splitter.escape = '"', "", ""
    splitter.whitespace_split = True
    try:
        return tuple(splitter)
    except ValueError:
        return tuple(text.split())

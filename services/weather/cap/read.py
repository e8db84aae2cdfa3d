"""`read_cap`: bytes from anywhere to CAP messages. Tolerant of form, strict about what is needed.

Without identifier, sender, sent, status and msgType, or without anything to call an event, there is
no warning, and the message is refused. Whatever else is missing or odd is taken and named, with
Unknown for an urgency, severity or certainty that is not said. The exception: a signed message
must be complete (see `Fields.strict`).
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, cast, get_args

from services.weather.cap import model
from services.weather.cap.deviations import Notes
from services.weather.cap.encoding import decode
from services.weather.cap.envelope import as_enveloped, in_envelopes
from services.weather.cap.fields import CAP_NAMESPACE, Fields
from services.weather.cap.infos import note_infos, read_info
from services.weather.cap.model import CapDocument, CapLimits, CapMessage, CapRefused, Version
from services.weather.cap.order import note_structure
from services.weather.cap.parts import Alert, is_alert, split, texts_with_alerts
from services.weather.cap.places import check_shapes
from services.weather.cap.references import note_references, read_references
from services.weather.cap.refusals import quoted, refuse
from services.weather.cap.signature import NOBODY, Signed, Trust, is_signed
from services.weather.cap.times import needed_time
from services.weather.cap.xml import Document, Node, check_size, parse_text

_NOT_IN_IDENTITY: Final = frozenset(" ,<&")
DEFAULT_LIMITS: Final = CapLimits()


def read_cap(
    body: bytes, *, limits: CapLimits = DEFAULT_LIMITS, trust: Trust = NOBODY
) -> list[CapMessage]:
    """The messages in `body`: one, or as many as another document wraps.

    Raises:
        CapRefused: the document, or every message in it. Where only some messages of a wrapped
            document cannot be taken, the others carry the deviation `sibling-refused`.
    """
    return list(read_document(body, limits=limits, trust=trust).messages)


def read_document(
    body: bytes, *, limits: CapLimits = DEFAULT_LIMITS, trust: Trust = NOBODY
) -> CapDocument:
    """As `read_cap`, with the messages of a wrapped document that were refused."""
    return read_alerts(alerts_in_body(body, limits), limits, trust)


def alerts_in_body(body: bytes, limits: CapLimits) -> list[Alert]:
    """The alerts in an XML body, in order.

    Raises:
        CapRefused: the body cannot be parsed, or holds no alert.
    """
    check_size(body, limits)
    decoded = decode(body)
    texts = split(decoded.text)
    odd = decoded.deviations
    if len(texts) > 1:
        odd = (*odd, ("wrapped-document", f"{len(texts)} documents"))
    return [alert for text in texts for alert in alerts_in(parse_text(text, limits, odd), limits)]


def alerts_in(document: Document, limits: CapLimits) -> list[Alert]:
    """The alerts of a parsed document; where it has none, those that its texts hold as text.

    Raises:
        CapRefused: there is none either way.
    """
    odd = document.deviations
    found = list(_alerts(document.root))
    if not found:
        inner = [
            replace(
                alert,
                odd=(*odd, ("wrapped-document", document.root.name)),
                envelope=alert.envelope or said,
            )
            for text, said in texts_with_alerts(document.root, limits.alerts_max)
            for alert in alerts_in(parse_text(text, limits), limits)
        ]
        if not inner:
            raise refuse("no-alert", "", value=quoted(document.root.name)[1:-1])
        return inner
    if found[0][0] is not document.root:
        odd = (*odd, ("wrapped-document", document.root.name))
    return [Alert(node, document, number, odd, said) for number, (node, said) in enumerate(found)]


def read_alerts(
    alerts: Sequence[Alert],
    limits: CapLimits,
    trust: Trust = NOBODY,
    *,
    refused: Iterable[CapRefused] = (),
    siblings: bool = True,
) -> CapDocument:
    """The messages of `alerts`; `refused` are those that did not even come to be alerts.

    With `siblings` a message says which others of its document were refused.

    Raises:
        CapRefused: none can be taken, there are too many, or their outlines have too many points.
    """
    if len(alerts) > limits.alerts_max:
        raise refuse("too-many", "alert", count=len(alerts), limit=limits.alerts_max)
    check_shapes((alert.node for alert in alerts), limits)
    left = list(refused)
    read: list[tuple[CapMessage, Notes]] = []
    signatures = Signed(trust)
    for alert in alerts:
        notes = Notes(limits.deviations_max)
        for code, detail in alert.odd:
            notes.add(code, "", detail)
        try:
            message = as_enveloped(_read_alert(alert.node, notes, limits), alert.envelope, notes)
        except CapRefused as error:
            left.append(error)
            continue
        read.append((signatures.checked(message, alert, notes), notes))
    if not read and left:
        raise left[0]
    named = left if siblings else []
    messages = tuple(_finished(message, notes, named) for message, notes in read)
    return CapDocument(messages, tuple(left))


def _finished(message: CapMessage, notes: Notes, refused: list[CapRefused]) -> CapMessage:
    for error in refused[:5]:
        notes.add("sibling-refused", error.element, error.reason)
    return replace(message, deviations=notes.all())


def _alerts(root: Node) -> Iterator[tuple[Node, str]]:
    """Alerts at any depth, but not inside one another, and what the envelopes say of each."""
    return ((node, said) for node, said in in_envelopes(root, _is_alert) if _is_alert(node))


def _is_alert(node: Node) -> bool:
    return is_alert(node.name, node.namespace, (child.name for child in node.children))


def _read_alert(node: Node, notes: Notes, limits: CapLimits) -> CapMessage:
    note_structure(node, notes)
    fields = Fields(node, "alert", notes, strict=is_signed(node))
    version = _version(node, notes)
    identifier, sender = fields.needed("identifier"), fields.needed("sender")
    for name, text in (("identifier", identifier), ("sender", sender)):
        if _NOT_IN_IDENTITY & set(text):
            notes.add("identifier-characters", fields.at(name), text)
    sent = needed_time(fields, "sent")
    status = fields.needed_choice("status", get_args(model.Status))
    msg_type = fields.needed_choice("msgType", get_args(model.MsgType))
    scope = _scope(fields, version)
    references = read_references(fields.joined("references"), notes)
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
        incidents=_incidents(fields.joined("incidents")),
        infos=tuple(read_info(info, sent, limits) for info in infos),
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

# ruff: noqa: INP001 - an example, run by its path
"""A reporter and responder over NATS: send one report of a site, and hear the alert it leads to.

Arguments: where NATS is (host:port), the site, the password of its field user, a reporter's token.
"""

import asyncio
import json
import sys

import nats


async def main(address: str, site: str, password: str, token: str) -> None:
    """Print the answer to the report and the next severe alert of the site."""
    nc = await nats.connect(
        f"nats://field-{site}:{password}@{address}", inbox_prefix=f"_INBOX_field_{site}"
    )
    alerts = await nc.subscribe(f"alert.{site}.*.severe")
    report = {
        "id": "f-1",
        "kind": "incident",
        "category": "fire",
        "severity": "severe",
        "venue": "sliding-centre",
        "text": "smoke in the ice plant",
    }
    answer = await nc.request(
        f"report.{site}",
        json.dumps(report).encode(),
        timeout=5,
        headers={"Authorization": f"Bearer {token}"},
    )
    sys.stdout.write(answer.data.decode() + "\n")
    alert = await alerts.next_msg(timeout=5)
    title = json.loads(alert.data)["alert"]["title"]["en"]
    sys.stdout.write(f"{alert.subject} {title}\n")
    await nc.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Grades for a learning platform (LMS), by the Assignment and Grade Services of LTI 1.3: a score for each passed check.

Learners who came in by an LTI launch have the platform's claims in what the Hub keeps of their sign-in (`auth_state`);
`https://purl.imsglobal.org/spec/lti-ags/claim/endpoint` among them says where scores go. Sent is how many checks of
the lesson have passed, of how many. Source: "LTI Assignment and Grade Services" 2.0; the requests are PyLTI1p3's.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from handrail.server.errors import Unusable
from handrail.server.hub.api import HubApi, HubRefused, HubSilent

ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
# What the board is told of the platform: the three go together.
NEEDED = ("HANDRAIL_LTI_CLIENT_ID", "HANDRAIL_LTI_TOKEN_URL", "HANDRAIL_LTI_KEY")
LOOK_EVERY = 5.0  # seconds; checks that pass meanwhile are one score
AGAIN_AFTER = 60.0  # seconds until what could not be sent is sent again


class NotSent(Exception):
    """The platform did not take a score; the text says why."""


@dataclass(frozen=True)
class Platform:
    """`client`: what the platform calls the Hub; `token_url`: where it gives tokens; `key`: the Hub's private one."""

    client: str
    token_url: str
    key: str

    def put(self, endpoint: Mapping[str, Any], user: str, passed: int, steps: int) -> None:
        """Sends a score to the line item of the launch. Raises NotSent."""
        from pylti1p3.assignments_grades import AssignmentsGradesService
        from pylti1p3.exception import LtiException
        from pylti1p3.grade import Grade
        from pylti1p3.registration import Registration
        from pylti1p3.service_connector import ServiceConnector
        from requests import RequestException, Session

        registration = Registration().set_client_id(self.client).set_auth_token_url(self.token_url)
        registration.set_tool_private_key(self.key)
        grade = Grade().set_user_id(user).set_score_given(passed).set_score_maximum(steps)
        grade.set_timestamp(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()))
        grade.set_activity_progress("Completed" if passed == steps else "InProgress").set_grading_progress(
            "FullyGraded"
        )
        try:
            with Session() as session:
                connector = ServiceConnector(registration, requests_session=session)
                AssignmentsGradesService(connector, cast(Any, endpoint)).put_grade(grade)
        except (LtiException, RequestException, ValueError) as error:
            raise NotSent(str(error)) from None


def platform_of(environment: Mapping[str, str]) -> Platform | None:
    """The platform that the environment names; None for none. Raises Unusable."""
    given = [environment.get(name, "") for name in NEEDED]
    if not any(given):
        return None
    client, token_url, key = given
    if not all(given):
        raise Unusable(
            f"{NEEDED[given.index('')]} is not set, and a platform that gets grades needs {', '.join(NEEDED)}."
        )
    try:
        import pylti1p3  # noqa: F401

        return Platform(client, token_url, Path(key).read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(
            f"The key {key} cannot be read ({error.strerror}). {NEEDED[2]} names a file in PEM format."
        ) from None
    except ImportError:
        raise Unusable("Grades need PyLTI1p3, where this runs: python -m pip install PyLTI1p3") from None


class Grades:
    """Those of the learners on the board. One whom no platform has sent has none."""

    def __init__(self, platform: Platform, api: HubApi) -> None:
        self._platform, self._api = platform, api
        self._wanted: dict[str, tuple[int, int]] = {}
        self._sent: dict[str, tuple[int, int]] = {}
        self._not_before: dict[str, float] = {}

    def note(self, learner: str, passed: int, steps: int) -> None:
        """So many of the lesson's checks have passed. A score does not go down when somebody starts over."""
        before = self._wanted.get(learner, (0, 0))
        if steps and passed and (steps != before[1] or passed > before[0]):
            self._wanted[learner] = (passed, steps)

    async def follow(self) -> None:
        """Sends what is not sent yet, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = time.monotonic()
            for learner, score in list(self._wanted.items()):
                if self._sent.get(learner) != score and self._not_before.get(learner, 0.0) <= now:
                    await self._send(learner, score)

    async def _send(self, learner: str, score: tuple[int, int]) -> None:
        try:
            claims = await self._api.claims(learner)
            endpoint = claims.get(ENDPOINT)
            if isinstance(endpoint, dict) and endpoint.get("lineitem") and SCORE in endpoint.get("scope", []):
                await asyncio.to_thread(self._platform.put, endpoint, str(claims.get("sub")), *score)
            self._sent[learner] = score
        except (HubRefused, HubSilent, NotSent) as error:
            self._not_before[learner] = time.monotonic() + AGAIN_AFTER
            print(f"handrail: the score of {json.dumps(learner)} is not sent yet: {error}", file=sys.stderr, flush=True)

"""Buckets that speak the S3 protocol: listing keys and signing requests (AWS Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT = 60
EMPTY = hashlib.sha256(b"").hexdigest()
PUBLIC = {"gs": "https://storage.googleapis.com", "s3": "https://s3.amazonaws.com"}
CAPITALS = "ENDPOINT", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "REGION"


class BucketError(Exception):
    """A bucket that cannot be addressed with the settings given."""


@dataclass(frozen=True)
class Bucket:
    """One bucket of a server; without keys its requests are anonymous."""

    endpoint: str
    name: str
    access_key: str = ""
    secret_key: str = ""
    region: str = "us-east-1"

    def request(self, key: str = "", query: Mapping[str, str] | None = None) -> urllib.request.Request:
        """A signed GET of a key, or of the bucket itself when there is none."""
        base = urlsplit(self.endpoint)
        path = quote(
            f"{base.path.rstrip('/')}/{self.name}/{key}".rstrip("/")
            if not key
            else f"{base.path.rstrip('/')}/{self.name}/{key}",
            safe="/-_.~",
        )
        text = urlencode(sorted((query or {}).items()), quote_via=quote, safe="-_.~")
        url = f"{base.scheme}://{base.netloc}{path}" + (f"?{text}" if text else "")
        headers = self._signature(base.netloc, path, text, datetime.now(UTC)) if self.access_key else {}
        return urllib.request.Request(url, headers=headers)

    def _signature(self, host: str, path: str, query: str, now: datetime) -> dict[str, str]:
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        signed = {"host": host, "x-amz-content-sha256": EMPTY, "x-amz-date": stamp}
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = "\n".join(("GET", path, query, lines, names, EMPTY))
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"AWS4{self.secret_key}".encode()
        for part in (stamp[:8], self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.new(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hexdigest()
        credential = f"{self.access_key}/{scope}"
        return {
            "x-amz-date": stamp,
            "x-amz-content-sha256": EMPTY,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}",
        }

    def keys(self, prefix: str) -> Iterator[str]:
        """The key itself if there is one of that name, else every key of the folder `prefix`."""
        folder = prefix.rstrip("/") + "/" if prefix else ""
        more: dict[str, str] = {}
        while True:
            query = {"list-type": "2", "prefix": prefix.rstrip("/"), **more}
            with urllib.request.urlopen(self.request(query=query), timeout=TIMEOUT) as response:
                tree = ElementTree.fromstring(response.read())
            texts = [(element.tag.rpartition("}")[2], element.text or "") for element in tree.iter()]
            for key in (text for tag, text in texts if tag == "Key"):
                if key == prefix or key.startswith(folder):
                    yield key
            token = next((text for tag, text in texts if tag == "NextContinuationToken"), "")
            if not token:
                return
            more = {"continuation-token": token}


def bucket_for(remote: str, name: str, env: Mapping[str, str]) -> Bucket:
    """The bucket `name` of a remote: a scheme (s3, gs) or a name that RCLONE_CONFIG_<NAME>_… describe.

    Raises BucketError when nothing says where the remote is.
    """
    if not name:
        raise BucketError(f"{remote}: names no bucket; write {remote}://BUCKET/PATH.")
    given = {part: env.get(f"RCLONE_CONFIG_{remote.upper()}_{part}", "") for part in CAPITALS}
    if remote == "s3":
        given["ENDPOINT"] = given["ENDPOINT"] or env.get("AWS_ENDPOINT_URL", "")
        given["REGION"] = given["REGION"] or env.get("AWS_REGION", "") or env.get("AWS_DEFAULT_REGION", "")
        for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            given[part] = given[part] or env.get(f"AWS_{part}", "")
    endpoint = given["ENDPOINT"] or PUBLIC.get(remote, "")
    if not endpoint:
        raise BucketError(f"Nothing says where {remote} is; set RCLONE_CONFIG_{remote.upper()}_ENDPOINT.")
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    region = given["REGION"] or "us-east-1"
    return Bucket(endpoint, name, given["ACCESS_KEY_ID"], given["SECRET_ACCESS_KEY"], region)

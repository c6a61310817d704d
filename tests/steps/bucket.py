"""The bucket of a lesson, asked by rclone with the lesson's key, whatever the learner has told rclone."""
import os
import subprocess
from pathlib import Path

import remedies
from lesson import expect
from ports import ask

URL = os.environ["BUCKET_URL"]
MAKE = "scripts/make-rclone.sh"
IMAGE = "rclone:1.76.0"
BUILD = f"{MAKE} && {remedies.build(IMAGE, 'rclone')}"
CONNECT = (
    f"rclone config create s3 s3 provider=Other endpoint={URL} access_key_id=lesson secret_access_key=not-a-secret"
)
# What the Secret of the lesson says, but for the address.
KEY = {
    "RCLONE_CONFIG_S3_TYPE": "s3",
    "RCLONE_CONFIG_S3_PROVIDER": "Other",
    "RCLONE_CONFIG_S3_ENDPOINT": URL,
    "RCLONE_CONFIG_S3_ACCESS_KEY_ID": "lesson",
    "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": "not-a-secret",
}


def open_port(namespace: str) -> str:
    """The command that leads the learner's port to the bucket of a namespace."""
    return f"scripts/port-forward.sh bucket {namespace} {URL.rpartition(':')[2]} 9000 /"


def upload(file: str, key: str) -> str:
    """The command that puts a file of the learner's into the bucket."""
    return f"{CONNECT} && rclone copyto {file} s3:{key}"


def fetch(key: str, namespace: str, apply: str) -> bytes | None:
    """The file BUCKET/KEY, or None where it is not there; the bucket has to answer, and to refuse who has no key.

    apply: the command that deploys the bucket and its Secret.
    """
    command = open_port(namespace)
    status = ask(URL, command).status_code
    expect(status == 403, f"a bucket on {URL} that answers HTTP 403 without a key", f"HTTP {status}", command)
    rclone = Path(os.environ["LESSON_DIR"], "rclone", "rclone")
    expect(rclone.is_file(), f"the program {rclone}", "no such file", MAKE)
    words = [rclone, "cat", f"s3:{key}", "--config=", "--retries=1", "--low-level-retries=1"]
    found = subprocess.run(words, env={**os.environ, **KEY}, capture_output=True, timeout=30, check=False)
    # Status 3: there is no such bucket. What is no file is taken for a folder, which may be empty.
    said = found.stderr.decode(errors="replace").strip()
    expect(found.returncode in (0, 3), "the bucket to take the lesson's key", said[-200:],
           f"{apply} && kubectl rollout restart deployment/bucket -n {namespace}")
    return found.stdout or None

"""A bucket for the lessons: the part of the S3 protocol that storage clients need to list and fetch files.

Reading needs the access key (only its name is checked, not the signature); writing is open to whoever reaches the port.
Usage: python3 bucket.py FOLDER PORT ACCESS_KEY     Paths are /BUCKET and /BUCKET/KEY; files lie in FOLDER.
"""
import hashlib
import sys
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    access_key: str

    def do_GET(self):
        self.fetch(send_body=True)

    def do_HEAD(self):
        self.fetch(send_body=False)

    def fetch(self, send_body: bool) -> None:
        url = urlsplit(self.path)
        if url.path == "/health":
            return self.answer(200, b"ok\n", "text/plain", send_body)
        if f"Credential={self.access_key}/" not in self.headers.get("Authorization", ""):
            return self.error(403, "AccessDenied", "This bucket is read with its access key", send_body)
        bucket, _, key = unquote(url.path).strip("/").partition("/")
        root = self.folder / bucket
        if not bucket or not root.is_dir():
            return self.error(404, "NoSuchBucket", "There is no such bucket", send_body)
        if not key:
            return self.answer(200, listing(root, parse_qs(url.query)), "application/xml", send_body)
        path = self.inside(bucket, key)
        if path is None or not path.is_file():
            return self.error(404, "NoSuchKey", "There is no such file", send_body)
        self.answer(200, path.read_bytes(), "application/octet-stream", send_body, path.stat().st_mtime)

    def do_PUT(self):
        length = int(self.headers.get("Content-Length", 0))
        content = self.rfile.read(length)
        bucket, _, key = unquote(urlsplit(self.path).path).strip("/").partition("/")
        path = self.inside(bucket, key) if bucket and key else None
        if path is None:
            return self.error(400, "InvalidRequest", "Send a file to /BUCKET/KEY", True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.answer(200, b"", "text/plain", True)

    def inside(self, bucket: str, key: str) -> Path | None:
        """Where a key lies; None if that would be outside its bucket."""
        path = (self.folder / bucket / key).resolve()
        return path if path.is_relative_to((self.folder / bucket).resolve()) else None

    def error(self, status: int, code: str, text: str, send_body: bool) -> None:
        body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode()
        self.answer(status, body, "application/xml", send_body)

    def answer(self, status: int, body: bytes, kind: str, send_body: bool, modified: float | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if modified is not None:
            self.send_header("Last-Modified", formatdate(modified, usegmt=True))
            # Clients compare it with the MD5 of what they got.
            self.send_header("ETag", f'"{hashlib.md5(body).hexdigest()}"')
        self.end_headers()
        if send_body:
            self.wfile.write(body)


def listing(root: Path, query: dict[str, list[str]]) -> bytes:
    """The answer to ListObjects (both versions): keys with the prefix, folders cut at the delimiter. Never paged."""
    prefix = query.get("prefix", [""])[0]
    delimiter = query.get("delimiter", [""])[0]
    as_url = query.get("encoding-type", [""])[0] == "url"

    def shown(text: str) -> str:
        return quote(text) if as_url else escape(text)

    contents, folders = [], set()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        key = path.relative_to(root).as_posix()
        if not key.startswith(prefix):
            continue
        rest = key.removeprefix(prefix)
        if delimiter and delimiter in rest:
            folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
            continue
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        digest = hashlib.md5(path.read_bytes()).hexdigest()
        contents.append(
            f"<Contents><Key>{shown(key)}</Key><LastModified>{modified}</LastModified><ETag>&quot;{digest}&quot;</ETag>"
            f"<Size>{path.stat().st_size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        )
    common = "".join(f"<CommonPrefixes><Prefix>{shown(one)}</Prefix></CommonPrefixes>" for one in sorted(folders))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>{escape(root.name)}</Name><Prefix>{shown(prefix)}</Prefix>"
        f"<KeyCount>{len(contents) + len(folders)}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        f"{'<EncodingType>url</EncodingType>' if as_url else ''}"
        f"{''.join(contents)}{common}</ListBucketResult>"
    ).encode()


def main() -> None:
    folder, port, access_key = sys.argv[1:]
    Handler.folder, Handler.access_key = Path(folder), access_key
    print(f"bucket: files in {folder}, port {port}", flush=True)
    ThreadingHTTPServer(("", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()

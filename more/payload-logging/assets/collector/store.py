"""Events in SQLite: appended in groups, found by text or field, deleted when there are too many or they are too old.

One thread writes. What `append` has returned for is committed, so a killed process loses nothing it acknowledged.
"""
import queue
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL UNIQUE, received REAL NOT NULL, time TEXT NOT NULL,
    deployment TEXT NOT NULL, node TEXT NOT NULL, type TEXT NOT NULL, request TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_request ON events (request);
CREATE INDEX IF NOT EXISTS by_node ON events (deployment, node, type);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    body, deployment, node, type, request,
    content='events', content_rowid='id', tokenize="unicode61 tokenchars '._-'"
);
CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON events BEGIN
    INSERT INTO words (rowid, body, deployment, node, type, request)
    VALUES (new.id, new.body, new.deployment, new.node, new.type, new.request);
END;
CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON events BEGIN
    INSERT INTO words (words, rowid, body, deployment, node, type, request)
    VALUES ('delete', old.id, old.body, old.deployment, old.node, old.type, old.request);
END;
"""
FIELDS = ("deployment", "node", "type", "request")
NAMES = ("id", "event", "time", *FIELDS, "body")
COLUMNS = ", ".join(f"events.{name}" for name in NAMES)
GROUP = 500
CLEAN_SECONDS = 10.0


@dataclass(frozen=True)
class Event:
    event: str
    time: str
    deployment: str
    node: str
    type: str
    request: str
    body: str


class Waiting:
    """An event on its way to the disk."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.done = threading.Event()
        self.error: sqlite3.Error | None = None


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def match(text: str, fields: dict[str, str]) -> str:
    """An FTS5 query for rows with all words of the text, each taken literally, and with the fields."""
    words = [f"body : {quoted(word)}" for word in text.split()]
    return " AND ".join(words + [f"{name} : {quoted(value)}" for name, value in fields.items()])


class Store:
    """Thread-safe. `keep` is the largest number of events, `keep_seconds` their greatest age."""

    def __init__(self, path: Path, keep: int, keep_seconds: float) -> None:
        self._path, self._keep, self._keep_seconds = path, keep, keep_seconds
        self._local = threading.local()
        self._queue: queue.Queue[Waiting] = queue.Queue(10_000)
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)
        threading.Thread(target=self._write, daemon=True, name="writer").start()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self._path, timeout=30)
            # FULL: on the disk, not only in the kernel, when a commit returns.
            self._local.connection.execute("PRAGMA synchronous = FULL")
        return self._local.connection

    def append(self, event: Event) -> None:
        """Returns when the event is committed; an event that is there already is not stored twice. Raises sqlite3.Error."""
        waiting = Waiting(event)
        self._queue.put(waiting)
        waiting.done.wait()
        if waiting.error is not None:
            raise waiting.error

    def _write(self) -> None:
        cleaned = time.monotonic()
        while True:
            group = [self._queue.get()]
            while len(group) < GROUP:
                try:
                    group.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            error = None
            try:
                with self._connection() as connection:
                    connection.executemany(
                        "INSERT OR IGNORE INTO events (received, event, time, deployment, node, type, request, body)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        [(time.time(), *vars(waiting.event).values()) for waiting in group],
                    )
                    if time.monotonic() - cleaned > CLEAN_SECONDS:
                        cleaned = time.monotonic()
                        self._clean(connection)
            except sqlite3.Error as problem:
                error = problem
            for waiting in group:
                waiting.error = error
                waiting.done.set()

    def _clean(self, connection: sqlite3.Connection) -> None:
        oldest = time.time() - self._keep_seconds
        newest = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
        # At most some at a time, so that nobody waits long.
        connection.execute(
            "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE id <= ? OR received < ? ORDER BY id LIMIT 2000)",
            (newest - self._keep, oldest),
        )

    def search(self, text: str, fields: dict[str, str], limit: int) -> list[dict]:
        """The newest events with all words of the text and the exact fields."""
        fields = {name: fields[name] for name in FIELDS if fields.get(name)}
        conditions = [f"events.{name} = ?" for name in fields]
        values: list[object] = list(fields.values())
        source, order = "events", "events.id"
        if text.strip():
            # The full-text index knows the fields too: it leaves few rows to look at, newest first.
            source, order = "words CROSS JOIN events ON events.id = words.rowid", "words.rowid"
            conditions.insert(0, "words MATCH ?")
            values.insert(0, match(text, fields))
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return self._read(f"SELECT {COLUMNS} FROM {source} {where} ORDER BY {order} DESC LIMIT ?", *values, limit)

    def after(self, number: int, limit: int) -> list[dict]:
        """Events in the order of their arrival, from the one after the given id."""
        return self._read(f"SELECT {COLUMNS} FROM events WHERE id > ? ORDER BY id LIMIT ?", number, limit)

    def summary(self) -> dict[str, int]:
        """How many events there are, and the id of the newest."""
        row = self._connection().execute("SELECT count(*), coalesce(max(id), 0) FROM events").fetchone()
        return {"events": row[0], "newest": row[1]}

    def _read(self, sql: str, *values: object) -> list[dict]:
        return [dict(zip(NAMES, row, strict=True)) for row in self._connection().execute(sql, values)]

"""Search the logged payloads from the terminal.

python collector/search.py virginica --type response --limit 5
"""
import argparse
import os
import sys

import requests


def main() -> int:
    parser = argparse.ArgumentParser(description="Search the logged payloads; the newest come first.")
    parser.add_argument("words", nargs="*", help="words that the payload must have")
    parser.add_argument("--type", choices=("request", "response", "feedback"), default="")
    parser.add_argument("--node", default="", help="node of the graph")
    parser.add_argument("--deployment", default="")
    parser.add_argument("--request", default="", help="request id: the Seldon-Puid of an answer")
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--url", default=os.environ.get("SEARCH_URL", "http://127.0.0.1:8003"))
    options = vars(parser.parse_args())
    url = options.pop("url")
    options["q"] = " ".join(options.pop("words"))
    try:
        reply = requests.get(f"{url}/api/search", params=options, timeout=10)
    except requests.RequestException:
        print(f"Nothing answers on {url}: run  scripts/open-search.sh payload-logging  and try again.", file=sys.stderr)
        return 1
    answer = reply.json()
    for event in answer["events"]:
        line = f"{event['time'][:23]}  {event['type']:8} {event['node']:12} {event['request'][:8]}  {event['body'].strip()}"
        # An event may hold anything: escape what a terminal would obey.
        print(line.encode("unicode_escape").decode()[:400])
    print(f"{len(answer['events'])} matches in {answer['milliseconds']} ms, {answer['stored']} events in store")
    return 0


if __name__ == "__main__":
    sys.exit(main())

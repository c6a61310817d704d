"""Step 3: every part reports tags with the answer and metrics on its port, and they were read after real traffic."""
import re

from lesson import expect
from serving import expect_available, pod_text, predict

OPEN = "scripts/reopen-port.sh pipeline-default pipeline"
SENT = "python scripts/disagreement.py"


def metric(port: int, name: str) -> float:
    text = pod_text("pipeline", "pipeline", port, "prometheus")
    return sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE))


def test_pipeline_is_available():
    """The SeldonDeployment pipeline is Available."""
    expect_available("pipeline", "pipeline", "python scripts/roll_out.py manifests/pipeline.yaml")


def test_tags_come_with_the_answer():
    """An answer carries the tags of three parts."""
    tags = predict([[6.3, 3.3, 6.0, 2.5]], OPEN)["meta"].get("tags", {})
    expect(
        {"odd_rows", "disagreement", "unsure_rows"} <= set(tags) and tags["odd_rows"] == 1,
        "the tags odd_rows (1 for a flower in centimetres), disagreement and unsure_rows",
        f"{tags}",
        "python scripts/roll_out.py manifests/pipeline.yaml",
    )


def test_all_flowers_were_sent():
    """The combiner has seen all flowers, and counted the disputed ones."""
    text = pod_text("pipeline", "pipeline", 8000, "prometheus")
    calls = re.findall(
        r'^seldon_api_executor_client_requests_seconds_count\{.*model_name="average".*\} (\S+)$', text, re.MULTILINE
    )
    expect(sum(map(float, calls)) >= 150, "at least 150 answers combined", f"{sum(map(float, calls)):.0f}", SENT)
    expect(metric(6002, "disputed_total") >= 1, "disputed_total of at least 1 on port 6002", "less", SENT)
    expect(metric(6000, "odd_rows_total") >= 1, "odd_rows_total of at least 1 on port 6000", "less", OPEN)

"""Step 3: the alert on failing predictions fired and is resolved."""
from monitoring import expect_alert_fired_and_resolved


def test_alert_fired_and_resolved():
    """The alert ModelErrors fired, and is resolved."""
    expect_alert_fired_and_resolved("ModelErrors", "metrics", "run step 3's  python client/load.py --broken 0.3")
